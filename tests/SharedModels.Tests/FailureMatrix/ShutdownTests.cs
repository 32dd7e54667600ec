using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>The application stops while leases are in use and requests wait.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Waiting_and_later_requests_get_a_ManagerShuttingDownException()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        fixture.Add("b").Load.Close();
        using var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        Task[] waits =
        [
            fixture.FetchAsync("a"), fixture.FetchAsync("b"), fixture.Manager.PreloadAsync("b").AsTask(),
            fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")]).AsTask(),
        ];
        var stop = fixture.Manager.ShutdownAsync(CancellationToken.None);
        foreach (var wait in waits.Append(fixture.FetchAsync("a")).Append(fixture.Manager.PreloadAsync("a").AsTask()))
            Assert.Contains(
                "the application is stopping",
                (await Assert.ThrowsAsync<ManagerShuttingDownException>(() => wait)).Message,
                StringComparison.Ordinal);
        held.Dispose();
        await stop;
    }

    [Fact]
    public async Task Leases_in_use_are_awaited()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        var stop = fixture.Manager.ShutdownAsync(CancellationToken.None);
        Assert.Equal((LeaseState.Held, 1), (held.State, await held.InvokeAsync(static model => model.Use())));
        Assert.False(stop.IsCompleted);
        held.Dispose();
        await stop;
        Assert.DoesNotContain(fixture.Log.GetSnapshot(), static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Leases_that_remain_at_the_shutdown_timeout_are_lost_and_listed_in_a_warning()
    {
        await using var fixture = new ApplicationFixture(("Devices:fake:0:MaxConcurrentHolders", "3"));
        fixture.Add("a");
        fixture.Add("b");
        fixture.Add("c");
        using var first = await fixture.FetchAsync("b");
        using var second = await fixture.FetchAsync("a");
        var third = await fixture.FetchAsync("c");
        using var timeout = new CancellationTokenSource();
        var stop = fixture.Manager.ShutdownAsync(timeout.Token);
        third.Dispose();
        await timeout.CancelAsync();
        await stop;
        Assert.Equal((LeaseState.Lost, LeaseState.Lost, LeaseState.Released), (first.State, second.State, third.State));
        Assert.True(first.Lost.IsCancellationRequested);
        var warning = Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Warning);
        Assert.StartsWith("Stopped without waiting any longer for leases on a, b", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_models_are_freed_and_disposed_and_the_device_is_empty()
    {
        await using var fixture = new ApplicationFixture();
        FakeModelScript[] scripts =
            [fixture.Add("used"), fixture.Add("idle"), fixture.Add("mutable", isMutable: true), fixture.Add("never")];
        await fixture.UseAsync("idle", "mutable");
        var held = await fixture.FetchAsync("used");
        var stop = fixture.Manager.ShutdownAsync(CancellationToken.None);
        await fixture.UntilAsync(ModelResidency.Registered, "idle", "mutable");
        held.Dispose();
        await stop;
        Assert.Equal([1, 1, 1, 0], scripts.Select(static script => script.Disposals));
        Assert.Equal((0, 0, 0), (fixture.Accelerator[0].UsedBytes, fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
        Assert.All(fixture.Manager.GetSnapshot().Models, static model => Assert.Equal(ModelResidency.Registered, model.Residency));
    }

    [Fact]
    public async Task Remaining_leases_free_their_models_when_they_are_disposed()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        await fixture.Manager.ShutdownAsync(new CancellationToken(canceled: true));
        Assert.Equal((0, 10L), (script.Disposals, fixture.Accelerator[0].UsedBytes));
        held.Dispose();
        await fixture.Manager.ShutdownAsync(CancellationToken.None);
        Assert.Equal((1, 0L), (script.Disposals, fixture.Accelerator[0].UsedBytes));
    }

    [Fact]
    public async Task A_running_load_and_a_running_move_are_canceled_and_their_objects_disposed()
    {
        await using var fixture = new ApplicationFixture();
        FakeModelScript[] scripts = [fixture.Add("loading"), fixture.Add("moving")];
        scripts[0].Load.Close();
        scripts[1].Move.Close();
        Task[] fetches = [fixture.FetchAsync("loading"), fixture.FetchAsync("moving")];
        await Task.WhenAll(scripts[0].Load.Arrived, scripts[1].Move.Arrived);
        await fixture.Manager.ShutdownAsync(CancellationToken.None);
        foreach (var fetch in fetches)
            await Assert.ThrowsAsync<ManagerShuttingDownException>(() => fetch);
        Assert.Equal([1, 1], scripts.Select(static script => script.Disposals));
        Assert.Equal(0, fixture.Accelerator[0].UsedBytes);
    }

    [Fact]
    public async Task A_lost_device_is_not_probed_any_more_and_delays_nothing()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        fixture.Accelerator.Lose();
        var stop = fixture.Manager.ShutdownAsync(CancellationToken.None);
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        held.Dispose();
        await stop;
        Assert.Equal((1, 0), (script.Disposals, fixture.Accelerator[0].Probes));
    }
}
