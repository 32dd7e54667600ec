using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>Acquisition without waiting, and the position of a waiting request.</summary>
public sealed class TryAcquireTests
{
    [Fact]
    public async Task A_free_model_on_its_device_is_acquired_and_nothing_else_is_loaded_or_queued()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        var loaded = fixture.Add("b");
        await fixture.Manager.PreloadAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        await using var other = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        Assert.Equal((true, LeaseState.Held, true), (lease.TryAcquire(), lease.State, lease.TryAcquire()));
        var second = other.CreateLease<FakeModel>("a");
        var notLoaded = other.CreateLease<FakeModel>("b");
        Assert.Equal((false, false, LeaseState.Pending), (second.TryAcquire(), notLoaded.TryAcquire(), second.State));
        Assert.Equal((0, 0, 1), (loaded.Loads, fixture.DeviceState().QueueLength, fixture.DeviceState().Holders));
        lease.Dispose();
        Assert.True(second.TryAcquire());
    }

    [Fact]
    public async Task It_is_never_granted_before_a_waiting_request()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        fixture.Add("b");
        await fixture.UseAsync("a", "b");
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("b");
        await using var scope = fixture.Manager.CreateScope();
        held.Dispose();
        var lease = await waiting;
        Assert.False(scope.CreateLease<FakeModel>("a").TryAcquire());
        lease.Dispose();
        Assert.True(scope.CreateLease<FakeModel>("a").TryAcquire());
    }

    [Fact]
    public async Task The_position_counts_older_requests_and_requests_of_higher_priority()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        await using var other = fixture.Manager.CreateScope();
        var (first, second) = (scope.CreateLease<FakeModel>("a"), other.CreateLease<FakeModel>("a"));
        Assert.Null(first.QueuePosition);
#pragma warning disable SHM014 // They belong to different scopes on purpose.
        var waits = new[] { first.AcquireAsync().AsTask(), second.AcquireAsync().AsTask() };
#pragma warning restore SHM014
        Assert.Equal((1, 2), (first.QueuePosition, second.QueuePosition));
        var urgent = fixture.FetchAsync("a", new AcquireOptions { Priority = LeasePriority.High });
        Assert.Equal((2, 3), (first.QueuePosition, second.QueuePosition));
        held.Dispose();
        (await urgent).Dispose();
        await waits[0];
        Assert.Equal((null, 1), (first.QueuePosition, second.QueuePosition));
    }

    [Fact]
    public async Task Code_that_returns_nothing_runs_on_the_worker_and_its_exception_reaches_the_caller()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        string? thread = null;
        await lease.InvokeAsync(_ => { thread = Thread.CurrentThread.Name; });
        Assert.StartsWith("SharedModels fake:0", thread, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(
            async () => await lease.InvokeAsync(static _ => throw new InvalidDataException("No.")));
    }

    [Fact]
    public async Task A_class_can_be_fetched_with_options()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        using var held = await fixture.FetchAsync("a");
        var late = fixture.Manager.FetchModelAsync<FakeModel>(new AcquireOptions { Timeout = TimeSpan.FromSeconds(1) }).AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => late);
    }

    [Fact]
    public async Task Trying_to_acquire_changes_nothing()
    {
        var log = new FakeLogCollector();
        using var logging = new LoggerFactory([new FakeLoggerProvider(log)]);
        var options = new SharedModelsOptions { Leasing = { CpuFallback = true }, Devices = { ["fake:0"] = new() { MemoryBudget = "5" } } };
        await using var manager = new SharedModelManager(options, [new FakeAccelerator(100)], logging, new FakeTimeProvider());
        manager.Add(new FakeModel(10), "a");
        using var scope = manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        for (var i = 0; i < 5; i++)
            Assert.False(lease.TryAcquire());
        Assert.Null(manager.GetSnapshot().Models[0].Device);
        (await manager.FetchModelAsync<FakeModel>("a")).Dispose();
        Assert.Equal(Device.Cpu, manager.GetSnapshot().Models[0].Device);

        // The accelerator is available again, but a model is not moved for a caller that only tries.
        manager.Configure(new SharedModelsOptions { Leasing = { CpuFallback = true } });
        Assert.True(lease.TryAcquire());
        Assert.Equal(Device.Cpu, lease.Device);
        await Condition.UntilAsync(() => manager.IsQuiet);
        Assert.Single(log.GetSnapshot(), static line => line.Message.Contains("runs on the CPU", StringComparison.Ordinal));
    }
}
