using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Tests.Devices;

/// <summary>A device is lost silently: the manager learns of the loss from exceptions of models.</summary>
public sealed class SilentLossTests
{
    [Fact]
    public async Task A_use_that_reports_the_loss_loses_its_lease_and_takes_the_device_out_of_service()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        fixture.Accelerator.Break();
        await Assert.ThrowsAsync<DeviceLostException>(async () => await lease.InvokeAsync(static model => model.Use()));
        Assert.Equal(LeaseState.Lost, lease.State);
        Assert.NotNull(fixture.DeviceState().Error);
        await Assert.ThrowsAsync<DeviceLostException>(() => fixture.FetchAsync("b"));
    }

    [Fact]
    public async Task A_move_that_reports_the_loss_rejects_its_request_and_leaves_the_model_on_the_host()
    {
        await using var fixture = Create();
        _ = fixture.Manager;
        fixture.Accelerator.Break();
        var exception = await Assert.ThrowsAsync<DeviceLostException>(() => fixture.FetchAsync("a"));
        Assert.Equal(TimeSpan.FromSeconds(1), exception.RetryAfter);
        Assert.Equal((ModelResidency.OnHost, null, 0L), (fixture["a"].Residency, fixture["a"].Error, fixture.DeviceState().UsedBytes));
        Assert.Single(fixture.Log.GetSnapshot(), static line => line.Message.StartsWith("Device fake:0 is lost", StringComparison.Ordinal));
        fixture.Accelerator.Return();
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        await fixture.UseAsync("a");
        Assert.Equal(1L, fixture["a"].Loads);
    }

    [Fact]
    public async Task An_interrupted_move_continues_on_another_device()
    {
        await using var fixture = Create(devices: 2);
        fixture.Accelerator[0].Move.Close();
        var fetch = fixture.FetchAsync("a");
        await fixture.Accelerator[0].Move.Arrived;
        fixture.Accelerator.Break(FakeAccelerator.Device);
        await using var moved = await fetch;
        Assert.Equal((fixture.Accelerator[1].Device, 1, 1L), (moved.Device, moved.Model.Use(), fixture["a"].Loads));
    }

    [Fact]
    public async Task A_mutable_model_that_cannot_be_copied_back_is_not_faulted()
    {
        await using var fixture = Create();
        var script = fixture.Add("mutable", isMutable: true);
        await fixture.UseAsync("mutable");
        fixture.Accelerator.Break();
        await fixture.Manager.EvictAsync("mutable");
        Assert.NotNull(fixture.DeviceState().Error);
        Assert.Equal(
            (ModelResidency.Registered, null, 0L),
            (fixture["mutable"].Residency, fixture["mutable"].Error, fixture.DeviceState().UsedBytes));
        fixture.Accelerator.Return();
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        await fixture.UseAsync("mutable");
        Assert.Equal((2, 1), (script.Loads, script.Disposals));
    }

    [Fact]
    public async Task A_mutable_object_that_cannot_be_copied_back_is_off_its_device()
    {
        await using var fixture = Create();
        fixture.Manager.Add(new FakeModel(10, accelerator: fixture.Accelerator, isMutable: true), "given");
        await fixture.UseAsync("given");
        fixture.Accelerator.Break();
        await fixture.Manager.EvictAsync("given");
        Assert.Equal((ModelResidency.OnHost, null), (fixture["given"].Residency, fixture["given"].Error));
        Assert.NotNull(fixture.DeviceState().Error);
    }

    [Fact]
    public async Task A_probe_that_fails_with_another_exception_fails_too()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose();
        fixture.Accelerator.Return();
        fixture.Accelerator[0].Probe.FailWith(new IOException("The driver is being updated."));
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error == "The driver is being updated.");
        Assert.DoesNotContain(
            fixture.Log.GetSnapshot(),
            static line => line is { Level: LogLevel.Information, Message: "Device fake:0 is available again." });
    }

    private static ApplicationFixture Create(int devices = 1)
    {
        var fixture = new ApplicationFixture(100, devices);
        fixture.Add("a");
        fixture.Add("b");
        return fixture;
    }
}
