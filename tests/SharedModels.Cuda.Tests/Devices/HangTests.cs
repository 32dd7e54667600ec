using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.HealthChecks;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Devices;
using SharedModels.Tests;
using SharedModels.Tests.Bounded;

namespace SharedModels.Cuda.Tests.Devices;

/// <summary>A device whose calls do not return, as after Xid 79 or 119.</summary>
public sealed class HangTests : IAsyncDisposable
{
    private static readonly CudaOptions Options = new() { MaxReadingAge = TimeSpan.FromSeconds(30) };

    private readonly Gate _nvml = new();
    private readonly Gate _memory = new();
    private readonly Gate _synchronize = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ProviderFixture _fixture;
    private readonly SharedModelManager _manager;
    private readonly CudaDeviceMonitor _monitor;

    public HangTests()
    {
        _fixture = new(options: Options, time: _time);
        _fixture.Simulator.OnCall = (function, device) => GateOf(function, device)?.Pass();
        _manager = new(deviceProviders: [_fixture.Provider], timeProvider: _time);
        _monitor = new(_fixture.Provider, _manager, meters: null, _time, _fixture.Log);
        _fixture.Nvml.OnRead = uuid => (uuid == CudaSimulator.UuidOf(0) ? _nvml : null)?.Pass();
    }

    public async ValueTask DisposeAsync()
    {
        _nvml.Dispose();
        _memory.Dispose();
        _synchronize.Dispose();
        _monitor.Dispose();
        await _manager.DisposeAsync();
        _fixture.Provider.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_that_does_not_answer_is_lost_once_and_the_other_continues(bool isNvml)
    {
        await HangAsync(isNvml ? _nvml : _memory);
        await AdvanceAsync(30);
        Assert.Empty(_fixture.Lost);
        await AdvanceAsync(5);
        var lost = Assert.Single(_fixture.Lost);
        Assert.Equal(ProviderFixture.Cuda0, lost.Device);
        Assert.StartsWith("cuda:0 has not responded for 35 s. If", lost.Cause.Message, StringComparison.Ordinal);
        Assert.NotNull(_manager.GetSnapshot().Devices[0].Error);
        Assert.Null(_manager.GetSnapshot().Devices[1].Error);
        await AdvanceAsync(300);
        Assert.Single(_fixture.Lost);
        Assert.Single(_fixture.Log.Collector.GetSnapshot(), static line => line.Level == LogLevel.Error);
        Assert.NotNull(_monitor.Devices[1].Reading);
    }

    [Fact]
    public async Task Health_does_not_wait_for_the_first_reading()
    {
        _memory.Close();
        _monitor.Check();
        await Condition.UntilAsync(() => _memory.Waiting == 1);
        var check = CheckHealthAsync();
        Assert.True(check.IsCompletedSuccessfully);
        Assert.Equal(HealthStatus.Healthy, (await check).Status);
        Assert.DoesNotContain("cuda:0.takenBytes", (await check).Data.Keys);
    }

    [Fact]
    public async Task Health_serves_the_last_reading_with_its_age_and_is_unhealthy_when_the_device_is_lost()
    {
        _monitor.Check();
        await Condition.UntilAsync(() => _monitor.IsIdle);
        _time.Advance(TimeSpan.FromSeconds(5));
        await HangAsync(_memory);
        _time.Advance(TimeSpan.FromSeconds(20));
        var health = await CheckHealthAsync();
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Equal((0L, 25.0), (health.Data["cuda:0.takenBytes"], health.Data["cuda:0.readingAgeSeconds"]));
        await AdvanceAsync(15);
        health = await CheckHealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.StartsWith("cuda:0 has not responded for 35 s. If", health.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("cuda:0.takenBytes", health.Data.Keys);
    }

    [Fact]
    public async Task A_device_that_answers_later_is_used_again_after_a_probe()
    {
        await HangAsync(_memory);
        await AdvanceAsync(35);
        var lost = await Assert.ThrowsAsync<DeviceLostException>(async () => await ProbeAsync());
        Assert.Contains("has not responded", lost.Message, StringComparison.Ordinal);
        _memory.Open();
        await Condition.UntilAsync(() => _monitor.IsIdle);
        Assert.Single(_fixture.Log.Collector.GetSnapshot(), static line => line.Id.Id == 124);
        await ProbeAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckHealthAsync()).Status);
        await Condition.UntilAsync(
            () => _manager.GetSnapshot().Devices[0].Error is null, () => _time.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_device_that_answers_late_with_an_unusable_context_stays_lost()
    {
        await HangAsync(_memory);
        await AdvanceAsync(35);
        _fixture.First.Fault = 719;
        _memory.Open();
        await Condition.UntilAsync(() => _monitor.IsIdle);
        _fixture.First.Fault = 0;
        var lost = await Assert.ThrowsAsync<DeviceLostException>(async () => await ProbeAsync());
        Assert.Contains("Restart the application", lost.Message, StringComparison.Ordinal);
        Assert.Single(_fixture.Lost);
    }

    [Fact]
    public async Task A_hanging_probe_blocks_no_caller_and_is_not_started_twice()
    {
        _synchronize.Close();
        using var cancellation = new CancellationTokenSource();
        var canceled = _fixture.Provider.ProbeAsync(ProviderFixture.Cuda0, cancellation.Token).AsTask();
        var patient = ProbeAsync();
        await Condition.UntilAsync(() => _synchronize.Waiting == 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled.WaitAsync(TestBound.Wait));
        _time.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<DeviceLostException>(() => patient.WaitAsync(TestBound.Wait));
        Assert.Equal(1, _synchronize.Waiting);
        _synchronize.Open();
        await ProbeAsync();
        Assert.Equal(0, _synchronize.Waiting);
    }

    [Fact]
    public async Task A_context_that_does_not_answer_is_a_loss_too()
    {
        _synchronize.Close();
        var failure = ClassifyUnclearAsync();
        await _time.AdvanceUntilAsync(failure, TimeSpan.FromSeconds(1));
        Assert.Equal(DeviceFailure.Lost, await failure);
        _synchronize.Open();
        await ProbeAsync();
    }

    [Fact]
    public async Task A_context_that_does_not_answer_is_asked_and_waited_for_once()
    {
        _synchronize.Close();
        var first = ClassifyUnclearAsync();
        await Condition.UntilAsync(() => _synchronize.Waiting == 1);
        await _time.AdvanceUntilAsync(first, TimeSpan.FromSeconds(1));
        Assert.Equal(DeviceFailure.Lost, await ClassifyUnclearAsync().WaitAsync(TestBound.Wait));
        _synchronize.Open();
        await ProbeAsync();
        Assert.Equal(2, _synchronize.Calls);
        Assert.Equal(DeviceFailure.None, await ClassifyUnclearAsync().WaitAsync(TestBound.Wait));
        Assert.Equal(3, _synchronize.Calls);
    }

    private Task<DeviceFailure> ClassifyUnclearAsync() => Task.Run(() => _fixture.Provider.Classify(
        ProviderFixture.Cuda0, new TorchError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED")));

    private Gate? GateOf(string method, int device) => (method, device) switch
    {
        ("cuMemGetInfo_v2", 0) => _memory,
        ("cuCtxSynchronize", 0) => _synchronize,
        _ => null,
    };

    private async Task HangAsync(Gate gate)
    {
        gate.Close();
        _monitor.Check();
        await Condition.UntilAsync(() => gate.Waiting == 1);
        await Condition.UntilAsync(() => _monitor.Devices[1].Age is not null);
    }

    /// <summary>Advances the clock, with a check every 5 s.</summary>
    private async Task AdvanceAsync(int seconds)
    {
        for (var i = 0; i < seconds / 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            _monitor.Check();
            await Condition.UntilAsync(() => _monitor.Devices[1].Age == TimeSpan.Zero);
        }
    }

    private Task ProbeAsync() => _fixture.Provider.ProbeAsync(ProviderFixture.Cuda0, default).AsTask().WaitAsync(TestBound.Wait);

    private Task<HealthCheckResult> CheckHealthAsync()
    {
        var check = new CudaDevicesCheck(_monitor, Options);
        return check.CheckHealthAsync(new() { Registration = new("cuda", check, HealthStatus.Unhealthy, tags: null) });
    }
}
