using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.HealthChecks;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Tests.Bounded;

namespace SharedModels.Cuda.Tests.Devices;

public sealed class CudaDeviceMonitorTests : IAsyncDisposable
{
    private readonly ProviderFixture _fixture = new(options: new() { MaxDriftBytes = 100 });
    private readonly SharedModelManager _manager;
    private readonly CudaDeviceMonitor _monitor;

    public CudaDeviceMonitorTests()
    {
        _manager = new(deviceProviders: [_fixture.Provider]);
        _monitor = new(_fixture.Provider, _manager, meters: null, TimeProvider.System, _fixture.Log);
    }

    public async ValueTask DisposeAsync()
    {
        _monitor.Dispose();
        await _manager.DisposeAsync();
    }

    [Fact]
    public async Task Only_memory_that_no_model_declares_is_drift()
    {
        _manager.Add(new DeclaredModel(1000));
        await using var lease = await _manager.FetchModelAsync<DeclaredModel>();
        _fixture.First.FreeBytes -= 1000;
        Assert.Equal(0, (await ReadAsync()).DriftBytes);
        _fixture.First.FreeBytes -= 70;
        var device = await ReadAsync();
        Assert.Equal((1000, 70), (device.ReservedBytes, device.DriftBytes));
        Assert.Equal(new(1070, null, null), device.Reading);
    }

    [Fact]
    public async Task Health_reports_both_figures_and_is_degraded_if_they_differ_too_much()
    {
        _fixture.First.FreeBytes -= 100;
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
        _fixture.First.FreeBytes -= 1;
        var result = await CheckAsync();
        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.Equal(
            (101L, 0L, 101L), (result.Data["cuda:0.takenBytes"], result.Data["cuda:0.reservedBytes"], result.Data["cuda:0.driftBytes"]));
        Assert.Contains("101 bytes of cuda:0", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_unhealthy_if_a_device_is_lost_and_the_manager_is_notified()
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 90, [79]);
        var result = await CheckAsync();
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Contains("cuda:0 is lost: the GPU has fallen off the bus (Xid 79)", result.Description, StringComparison.Ordinal);
        Assert.NotNull(_manager.GetSnapshot().Devices[0].Error);
        Assert.Null(_manager.GetSnapshot().Devices[1].Error);
    }

    [Fact]
    public async Task Reserved_bytes_are_those_at_the_time_of_the_reading()
    {
        _manager.Add(new DeclaredModel(1000));
        await ReadAsync();
        await using var lease = await _manager.FetchModelAsync<DeclaredModel>();
        Assert.Equal((0, 0), (_monitor.Devices[0].ReservedBytes, _monitor.Devices[0].DriftBytes));
    }

    [Fact]
    public async Task Health_is_unhealthy_while_the_driver_does_not_answer_but_the_device_is_not_lost()
    {
        _fixture.First.Fault = 600;
        var result = await CheckAsync();
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.StartsWith("cuda:0 could not be read: cuMemGetInfo failed", result.Description, StringComparison.Ordinal);
        _fixture.First.Fault = 0;
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
        Assert.Empty(_fixture.Lost);
    }

    [Fact]
    public async Task The_metrics_exist_without_the_health_check()
    {
        using var host = new HostBuilder()
            .ConfigureServices(static services => services.AddSharedModelManager().AddCudaDevices())
            .Build();
        await host.StartAsync();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        var names = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == meters)
                names.Add(instrument.Name);
        };
        listener.Start();
        Assert.Contains("sharedmodels.device.memory.drift", names);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_check_is_registered_for_readiness()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSharedModelManager().AddCudaDevices();
        services.AddHealthChecks().AddCudaDevices();
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Tags.Contains("ready"));
        Assert.Equal(HealthStatus.Healthy, report.Entries["sharedmodels-cuda"].Status);
    }

    private async Task<MonitoredDevice> ReadAsync()
    {
        _monitor.Check();
        await Condition.UntilAsync(() => _monitor.IsIdle);
        return _monitor.Devices[0];
    }

    private async Task<HealthCheckResult> CheckAsync()
    {
        await ReadAsync();
        var check = new CudaDevicesCheck(_monitor, new() { MaxDriftBytes = 100 });
        return await check.CheckHealthAsync(new() { Registration = new("cuda", check, HealthStatus.Unhealthy, tags: null) });
    }
}
