using SharedModels.Testing;

namespace SharedModels.Tests.Diagnostics;

/// <summary>The counters of failures.</summary>
public sealed class FaultMetricsTests
{
    [Fact]
    public async Task Evictions_are_counted_by_their_reason()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 25, devices: 1, ("Models:idle:KeepAlive", "00:00:01"));
        foreach (var id in (string[])["room", "request", "other", "lost", "out-of-memory", "idle", "stop"])
            fixture.Add(id);
        await fixture.UseAsync("room", "request");
        await fixture.Manager.EvictAsync("request");
        await fixture.UseAsync("other");
        fixture.Change(("Devices:fake:0:MemoryBudget", "10"));
        await Condition.UntilAsync(() => fixture.DeviceState().UsedBytes == 10);
        fixture.Change(("Devices:fake:0:MemoryBudget", "25"));
        await fixture.Manager.EvictAsync(
            fixture.Manager.GetSnapshot().Models.Single(static model => model.Residency == ModelResidency.OnDevice).Id);
        await fixture.UseAsync("lost");
        fixture.Accelerator.Lose();
        await fixture.UntilAsync(ModelResidency.OnHost, "lost");
        fixture.Accelerator.Return();
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        await fixture.UseAsync("out-of-memory");
        fixture.Accelerator[0].FailMoves(1);
        await fixture.UseAsync("idle");
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await fixture.UntilAsync(ModelResidency.Registered, "idle");
        await fixture.UseAsync("stop");
        await fixture.Manager.ShutdownAsync(CancellationToken.None);
        Assert.Equal(
            ["device_lost", "keep_alive", "out_of_memory", "request", "request", "room", "shutdown"],
            fixture.Metrics["sharedmodels.model.evictions"].Select(static line => line.Split("reason=")[1]).Order());
    }

    [Fact]
    public async Task Requests_are_counted_by_their_outcome()
    {
        await using var fixture = new ApplicationFixture(("Leasing:AcquireTimeout", "00:00:05"));
        fixture.Add("a");
        fixture.Add("b");
        fixture.Add("large", bytes: 101);
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("large"));
        await using var first = fixture.Manager.CreateScope();
        await fixture.Manager.AcquireAllAsync([first.CreateLease<FakeModel>("a"), first.CreateLease<FakeModel>("b")]);
        var waiting = fixture.FetchAsync("a");
        fixture.Accelerator.Lose();
        await Assert.ThrowsAsync<DeviceLostException>(() => waiting);
        await fixture.Manager.ShutdownAsync(new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => fixture.FetchAsync("b"));
        Assert.Equal(
            [
                "1 model=a device=fake:0 outcome=device_lost",
                "1 model=a device=fake:0 outcome=granted",
                "1 model=b device=fake:0 outcome=granted",
                "1 model=b device=fake:0 outcome=shutting_down", "1 model=large device=fake:0 outcome=never_fits",
            ],
            fixture.Metrics["sharedmodels.lease.requests"]);
    }

    [Fact]
    public async Task A_preload_is_not_counted_as_a_request_for_a_lease()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        script.Load.FailWith(new IOException());
        await Assert.ThrowsAsync<ModelLoadException>(async () => await fixture.Manager.PreloadAsync("a"));
        script.Load.FailWith(null);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await fixture.Manager.PreloadAsync("a");
        Assert.Empty(fixture.Metrics["sharedmodels.lease.requests"]);
    }

    [Fact]
    public async Task A_group_s_wait_is_recorded_for_each_of_its_models()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        fixture.Add("b");
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var group = fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")]).AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(3));
        held.Dispose();
        await group;

        // Listeners are notified after the waits have ended.
        await Condition.UntilAsync(() => fixture.Metrics["sharedmodels.lease.wait.duration"].Count == 3);
        Assert.Equal(
            ["0 model=a device=fake:0", "3 model=a device=fake:0", "3 model=b device=fake:0"],
            fixture.Metrics["sharedmodels.lease.wait.duration"]);
    }

    [Fact]
    public async Task Deadlocks_and_moves_out_of_memory_are_outcomes()
    {
        await using var fixture = new ApplicationFixture(("Devices:fake:0:MaxConcurrentHolders", "2"));
        fixture.Add("a");
        fixture.Add("b");
        fixture.Add("c");
        await using var first = fixture.Manager.CreateScope();
        await using var second = fixture.Manager.CreateScope();
        await first.CreateLease<FakeModel>("a").AcquireAsync();
        await second.CreateLease<FakeModel>("b").AcquireAsync();
        var waiting = first.CreateLease<FakeModel>("b").AcquireAsync().AsTask();
        await Assert.ThrowsAsync<LeaseDeadlockException>(async () => await second.CreateLease<FakeModel>("a").AcquireAsync());
        await second.DisposeAsync();
        await waiting;
        fixture.Accelerator[0].FailMoves(2);
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("c"));
        var outcomes = fixture.Metrics["sharedmodels.lease.requests"].Select(static line => line.Split("outcome=")[1]);
        Assert.Equal(["deadlock", "granted", "granted", "granted", "out_of_memory"], outcomes.Order(StringComparer.Ordinal));
    }
}
