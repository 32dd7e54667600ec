using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>A device is lost while a model on it is in use.</summary>
public sealed class DeviceLostTests
{
    private static readonly IOException Cause = new("The card has fallen off the bus.");

    [Fact]
    public async Task The_lease_is_lost_and_its_token_is_canceled()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var told = new TaskCompletionSource();
        await using var registration = lease.Lost.Register(told.SetResult);
        fixture.Accelerator.Lose(cause: Cause);
        await told.Task;
        Assert.Equal(LeaseState.Lost, lease.State);
    }

    [Fact]
    public async Task The_next_call_gets_a_DeviceLostException()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        fixture.Accelerator.Lose(cause: Cause);
        var exception = await Assert.ThrowsAsync<DeviceLostException>(async () => await lease.InvokeAsync(static model => model.Use()));
        Assert.Equal("a", exception.ModelId);
        Assert.Contains("Dispose the lease and acquire a new one.", exception.Message, StringComparison.Ordinal);
        Assert.Throws<DeviceLostException>(() => lease.Model);
        Assert.Throws<DeviceLostException>(() => lease.Device);
        await Assert.ThrowsAsync<DeviceLostException>(async () => await lease.AcquireAsync());
    }

    [Fact]
    public async Task The_running_call_gets_the_exception_of_the_model()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        script.Use.Close();
        var running = lease.InvokeAsync(static model => model.Use()).AsTask();
        await script.Use.Arrived;
        fixture.Accelerator.Lose(cause: Cause);
        await Assert.ThrowsAsync<DeviceLostException>(() => running);
    }

    [Fact]
    public async Task Waiting_and_later_requests_get_a_DeviceLostException_with_the_cause_and_the_time_of_the_next_probe()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        fixture.Accelerator.Lose(cause: Cause);
        foreach (var rejected in (Task[])[waiting, fixture.FetchAsync("a"), fixture.FetchAsync("b")])
        {
            var exception = await Assert.ThrowsAsync<DeviceLostException>(() => rejected);
            Assert.Equal(
                (Cause, FakeAccelerator.Device, TimeSpan.FromSeconds(1)),
                (exception.InnerException, exception.Device, exception.RetryAfter));
            Assert.Contains("SharedModels:Leasing:CpuFallback", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_model_becomes_OnHost_once_its_lease_is_disposed_and_idle_models_immediately()
    {
        await using var fixture = Create();
        await fixture.UseAsync("b");
        var lease = await fixture.FetchAsync("a");
        fixture.Accelerator.Lose(cause: Cause);
        await fixture.UntilAsync(ModelResidency.OnHost, "b");
        Assert.Equal((ModelResidency.OnDevice, 1), (fixture["a"].Residency, fixture["a"].ActiveLeases));
        lease.Dispose();
        await fixture.UntilAsync(ModelResidency.OnHost, "a");
        Assert.Equal((0, 0, 1L), (fixture.DeviceState().UsedBytes, fixture.DeviceState().Holders, fixture["a"].Loads));
        Assert.Equal(
            ["1 model=a device=fake:0 reason=device_lost", "1 model=b device=fake:0 reason=device_lost"],
            fixture.Metrics["sharedmodels.model.evictions"]);
    }

    [Fact]
    public async Task The_device_is_out_of_service_and_one_log_entry_says_so()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose(cause: Cause);
        fixture.Accelerator.Lose(cause: Cause);
        Assert.Equal(Cause.Message, fixture.DeviceState().Error);
        Assert.Null(fixture.Host.Error);
        var line = Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Error);
        Assert.Equal("Device fake:0 is lost. It does not serve requests until a probe succeeds.", line.Message);
    }

    [Fact]
    public async Task The_device_is_probed_after_1_s_2_s_4_s_up_to_5_min()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose(cause: Cause);
        var probes = 0;
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), await UntilProbedAsync(fixture));
            fixture.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(probes, fixture.Accelerator[0].Probes);
            fixture.Time.Advance(TimeSpan.FromMilliseconds(2));
            await Condition.UntilAsync(() => fixture.Accelerator[0].Probes > probes);
            Assert.Equal(++probes, fixture.Accelerator[0].Probes);
        }
    }

    [Fact]
    public async Task The_device_is_available_again_when_a_probe_succeeds()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose(cause: Cause);
        fixture.Accelerator.Return();
        await Assert.ThrowsAsync<DeviceLostException>(() => fixture.FetchAsync("a"));
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal((1, FakeAccelerator.Device, 1L), (lease.Model.Use(), lease.Device, fixture["a"].Loads));
        await Condition.UntilAsync(() => fixture.Log.GetSnapshot().Any(static line => line.Message == "Device fake:0 is available again."));
    }

    [Fact]
    public async Task The_back_off_starts_over_with_the_next_loss()
    {
        await using var fixture = Create();
        for (var loss = 0; loss < 3; loss++)
        {
            fixture.Accelerator.Lose(cause: Cause);
            Assert.Equal(TimeSpan.FromSeconds(1), await UntilProbedAsync(fixture));
            fixture.Accelerator.Return();
            fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
            await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        }
    }

    [Fact]
    public async Task A_probe_that_hangs_counts_as_failed_after_LoadTimeout()
    {
        await using var fixture = Create();
        fixture.Accelerator.Lose(cause: Cause);
        fixture.Accelerator[0].Probe.Close();
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await fixture.Accelerator[0].Probe.Arrived;
        var hanging = fixture.DeviceState().Error;
        await Condition.UntilAsync(() => fixture.DeviceState().Error != hanging, () => fixture.Time.Advance(TimeSpan.FromMinutes(1)));
        Assert.NotEqual(Cause.Message, fixture.DeviceState().Error);
        fixture.Accelerator.Return();
        fixture.Accelerator[0].Probe.Open();

        // The clock may have gone on far enough for further probes to fail, which take longer to be repeated.
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null, () => fixture.Time.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Readiness_is_unhealthy_if_no_other_device_is_available_and_healthy_after_the_return()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose(cause: Cause);
        var entry = await fixture.CheckReadinessAsync();
        Assert.Equal(
            (HealthStatus.Unhealthy, $"Device fake:0 is lost, and no other accelerator is available: {Cause.Message}"),
            (entry.Status, entry.Description));
        fixture.Accelerator.Return();
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        Assert.Equal(HealthStatus.Healthy, (await fixture.CheckReadinessAsync()).Status);
    }

    [Fact]
    public async Task Readiness_is_degraded_if_another_device_is_available()
    {
        await using var fixture = Create(devices: 2);
        fixture.Accelerator.Lose(FakeAccelerator.Device, Cause);
        var entry = await fixture.CheckReadinessAsync();
        Assert.Equal(
            (HealthStatus.Degraded, $"Device fake:0 is lost, but others are available: {Cause.Message}"),
            (entry.Status, entry.Description));
    }

    [Fact]
    public async Task Other_devices_continue()
    {
        await using var fixture = Create(devices: 2);
        await using var lost = await fixture.FetchAsync("a");
        await using var other = await fixture.FetchAsync("b");
        var waiting = fixture.FetchAsync("b");
        Assert.NotEqual(lost.Device, other.Device);
        fixture.Accelerator.Lose(lost.Device, Cause);
        Assert.Equal((LeaseState.Lost, LeaseState.Held, 1), (lost.State, other.State, other.Model.Use()));
        other.Dispose();
        (await waiting).Dispose();
        Assert.Equal((1L, 0L), (fixture["b"].Loads, fixture["b"].Evictions));
    }

    /// <summary>Waits until no probe runs. Returns the time of the next one.</summary>
    [Fact]
    public async Task A_probe_that_waits_is_canceled_when_the_manager_stops()
    {
        var time = new FakeTimeProvider();
        var provider = new WaitingProvider();
        var manager = new SharedModelManager(null, [provider], timeProvider: time);
        provider.Lose();
        await Condition.UntilAsync(() => provider.IsProbed, () => time.Advance(TimeSpan.FromSeconds(1)));
        await manager.DisposeAsync().AsTask().WaitAsync(TestBound.Wait);
        await provider.Canceled.WaitAsync(TestBound.Wait);
    }

    private static async Task<TimeSpan> UntilProbedAsync(ApplicationFixture fixture)
    {
        TimeSpan? due = null;
        await Condition.UntilAsync(
            async () => (due = (await Assert.ThrowsAsync<DeviceLostException>(() => fixture.FetchAsync("a"))).RetryAfter) > TimeSpan.Zero);
        return due!.Value;
    }

    private static ApplicationFixture Create(int devices = 1)
    {
        var fixture = new ApplicationFixture(100, devices);
        fixture.Add("a");
        fixture.Add("b");
        _ = fixture.Manager;
        return fixture;
    }

    /// <summary>A provider whose probes end only when they are canceled.</summary>
    private sealed class WaitingProvider : IDeviceProvider
    {
        private readonly Device _device = new("fake");
        private readonly TaskCompletionSource _canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isProbed;

        public event EventHandler<DeviceLostEventArgs>? DeviceLost;

        public bool IsProbed => _isProbed;

        public Task Canceled => _canceled.Task;

        public IReadOnlyList<DeviceInfo> GetDevices() => [new(_device, "waits", 100)];

        public void Lose() => DeviceLost?.Invoke(this, new(_device, new IOException("lost")));

        public async ValueTask ProbeAsync(Device device, CancellationToken cancellationToken)
        {
            await using var registration = cancellationToken.Register(_canceled.SetResult);
            _isProbed = true;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
