using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Tests.Devices;

/// <summary>Models that can run on the CPU while no accelerator is available.</summary>
public sealed class CpuFallbackTests
{
    private static readonly (string Key, string Value) Allowed = ("Leasing:CpuFallback", "true");

    [Fact]
    public async Task Without_the_setting_requests_for_models_of_a_lost_device_are_rejected()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose();
        await Assert.ThrowsAsync<DeviceLostException>(() => fixture.FetchAsync("a"));
        Assert.Empty(fixture.Metrics["sharedmodels.model.fallbacks"]);
    }

    [Fact]
    public async Task With_the_setting_models_run_on_the_CPU_and_a_log_entry_and_a_metric_say_so()
    {
        await using var fixture = Create(Allowed);
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose();
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal((Device.Cpu, Device.Cpu, 1), (lease.Device, lease.Model.Device, await lease.InvokeAsync(static model => model.Use())));
        var warning = Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Warning).Message;
        Assert.Equal(
            "Model 'a' runs on the CPU, because none of fake:0 is available with enough memory for it (SharedModels:Leasing:CpuFallback).",
            warning);
        Assert.Equal(["1 model=a device=cpu"], fixture.Metrics["sharedmodels.model.fallbacks"]);
    }

    [Fact]
    public async Task A_request_that_waits_at_the_loss_gets_the_model_on_the_CPU()
    {
        await using var fixture = Create(Allowed);
        var lease = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        fixture.Accelerator.Lose();
        lease.Dispose();
        await using var granted = await waiting;
        Assert.Equal(Device.Cpu, granted.Device);
    }

    [Fact]
    public async Task A_model_too_large_for_every_accelerator_runs_on_the_CPU()
    {
        await using var fixture = new ApplicationFixture(Allowed);
        fixture.Add("large", bytes: 101);
        await using var lease = await fixture.FetchAsync("large");
        Assert.Equal(Device.Cpu, lease.Device);
        await Condition.UntilAsync(() => fixture.Metrics["sharedmodels.model.fallbacks"].Count == 1);
    }

    [Fact]
    public async Task The_model_returns_to_the_accelerator_when_it_is_available_again()
    {
        await using var fixture = Create(Allowed);
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose();
        var onCpu = await fixture.FetchAsync("a");
        fixture.Accelerator.Return();
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        Assert.Equal(Device.Cpu, onCpu.Device);
        onCpu.Dispose();
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal((FakeAccelerator.Device, FakeAccelerator.Device, 1L), (lease.Device, lease.Model.Device, fixture["a"].Loads));
        Assert.Equal((10, 10), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
    }

    [Fact]
    public async Task A_model_that_requires_an_accelerator_does_not_fall_back()
    {
        await using var fixture = new ApplicationFixture(Allowed);
        fixture.Add("a", configure: static options => options.Device = DevicePreference.Accelerator);
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose();
        await Assert.ThrowsAsync<DeviceLostException>(() => fixture.FetchAsync("a"));
    }

    [Fact]
    public async Task Another_accelerator_is_preferred_to_the_CPU()
    {
        await using var fixture = new ApplicationFixture(100, 2, Allowed);
        fixture.Add("a");
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose(FakeAccelerator.Device);
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal(fixture.Accelerator[1].Device, lease.Device);
    }

    [Fact]
    public async Task Readiness_is_only_degraded_while_models_can_run_on_the_CPU_instead()
    {
        await using var fixture = Create(Allowed);
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose();
        Assert.Equal(HealthStatus.Degraded, (await fixture.CheckReadinessAsync()).Status);
    }

    private static ApplicationFixture Create(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(settings);
        fixture.Add("a");
        return fixture;
    }
}
