using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.Diagnostics;

namespace SharedModels.Cuda.Hosting;

/// <summary>
/// Has the metrics of CUDA devices there from the start, and checks the devices at an interval, whether or not somebody asks for health or
/// metrics: lost devices turn readiness red and waiting requests go elsewhere, and budgets that are <c>auto</c> follow other processes.
/// </summary>
internal sealed class CudaDevicesHostedService(IServiceProvider services) : IHostedService, IDisposable
{
    private readonly TimeProvider _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    private readonly ILogger _logger =
        (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("SharedModels.Cuda");
    private CudaDeviceProvider? _provider;
    private ISharedModelManager? _manager;
    private TimeSpan _interval;
    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _manager = services.GetService<ISharedModelManager>();
        if (_manager is null)
            return Task.CompletedTask;
        _ = services.GetService<CudaDeviceMonitor>();
        _provider = services.GetRequiredService<CudaDeviceProvider>();
        _interval = services.GetRequiredService<IOptions<CudaOptions>>().Value.MonitorInterval;
        _timer = _time.CreateTimer(static self => ((CudaDevicesHostedService)self!).Check(), this, _interval, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Check()
    {
        foreach (var device in _provider!.Devices)
            Check(device);

        // Only now: a driver that takes long to answer is not asked twice at once.
        _timer!.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    private void Check(Device device)
    {
        try
        {
            var snapshot = _manager!.GetSnapshot();
            if (snapshot.Devices.Any(state => state.Device == device && state.IsBudgetAuto))
                _provider!.FollowNeighbours(device, BytesInUse(snapshot, device), _time.GetUtcNow());
            else
                _ = _provider!.Read(device);
        }
#pragma warning disable CA1031 // A subscriber that throws must not end the checks.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.CheckFailed(_logger, exception, device);
        }
    }

    /// <summary>The bytes of models that cannot be evicted now: those in use, with what they work with, and those that move.</summary>
    private static long BytesInUse(SharedModelsSnapshot snapshot, Device device) => snapshot.Models
        .Where(model => model.Device == device)
        .Where(static model => model.ActiveLeases > 0 || model.Residency is ModelResidency.Moving or ModelResidency.Evicting)
        .Sum(static model => model.Footprint.DeviceBytes + model.Footprint.WorkingBytes * model.ActiveLeases);
}
