using SharedModels.Testing;

namespace SharedModels.Tests.Devices;

/// <summary>Models and their waiting requests move to another device when their device is lost.</summary>
public sealed class RerouteTests
{
    [Fact]
    public async Task A_request_that_waits_for_a_lost_model_gets_it_on_another_device_after_the_release()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        fixture.Accelerator.Lose(lease.Device);
        Assert.False(waiting.IsCompleted);
        lease.Dispose();
        await using var granted = await waiting;
        Assert.Equal((fixture.Accelerator[1].Device, 1, 1L), (granted.Device, granted.Model.Use(), fixture["a"].Loads));
    }

    [Fact]
    public async Task An_idle_model_moves_to_another_device_with_its_next_request()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose(FakeAccelerator.Device);
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal((fixture.Accelerator[1].Device, 1L), (lease.Device, fixture["a"].Loads));
    }

    [Fact]
    public async Task A_waiting_group_moves_too()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        IModelLease[] leases = [scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")];
        var group = fixture.Manager.AcquireAllAsync(leases).AsTask();
        fixture.Accelerator.Lose(lease.Device);
        lease.Dispose();
        await group;
        Assert.All(leases, held => Assert.Equal(fixture.Accelerator[1].Device, held.Device));
    }

    [Fact]
    public async Task A_request_that_waits_for_a_release_by_its_own_holder_is_rejected()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        await lease.AcquireAsync();
        fixture.Accelerator.Lose(lease.Device);
        await Assert.ThrowsAsync<DeviceLostException>(async () => await scope.CreateLease<FakeModel>("a").AcquireAsync());
        lease.Dispose();
        await scope.CreateLease<FakeModel>("a").AcquireAsync();
    }

    [Fact]
    public async Task A_model_too_large_for_the_other_device_is_rejected()
    {
        await using var fixture = new ApplicationFixture(100, 2, ("Devices:fake:1:MemoryBudget", "5"));
        fixture.Add("a");
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose(FakeAccelerator.Device);
        var exception = await Record.ExceptionAsync(() => fixture.FetchAsync("a"));
        Assert.True(exception is DeviceOutOfMemoryException or DeviceLostException, exception?.ToString());
        Assert.Equal(0, fixture.DeviceState(1).QueueLength);
    }

    [Fact]
    public async Task When_every_device_is_lost_all_waiting_requests_are_rejected_and_all_devices_return()
    {
        await using var fixture = Create();
        using var first = await fixture.FetchAsync("a");
        using var second = await fixture.FetchAsync("b");
        Task[] waiting = [fixture.FetchAsync("a"), fixture.FetchAsync("b"), fixture.FetchAsync("c")];
        fixture.Accelerator.Lose();
        foreach (var wait in waiting)
            await Assert.ThrowsAsync<DeviceLostException>(() => wait);
        first.Dispose();
        second.Dispose();
        fixture.Accelerator.Return();
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState(0).Error is null && fixture.DeviceState(1).Error is null);
        await fixture.UseAsync("a", "b", "c");
    }

    private static ApplicationFixture Create()
    {
        var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2);
        foreach (var id in (string[])["a", "b", "c"])
            fixture.Add(id);
        return fixture;
    }
}
