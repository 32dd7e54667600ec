using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SharedModels.Cuda.Devices;

namespace SharedModels.Cuda.Hosting;

/// <summary>
/// Makes the metrics of CUDA devices available from the start and checks the devices at an interval. Lost devices make readiness
/// unhealthy, and waiting requests move to other devices. Budgets that are set to <c>auto</c> follow other processes.
/// </summary>
internal sealed class CudaDevicesHostedService(IServiceProvider services) : IHostedService, IDisposable
{
    private readonly TimeProvider _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    private CudaDeviceMonitor? _monitor;
    private TimeSpan _interval;
    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<ISharedModelManager>() is null)
            return Task.CompletedTask;
        _monitor = services.GetRequiredService<CudaDeviceMonitor>();
        _interval = services.GetRequiredService<IOptions<CudaOptions>>().Value.MonitorInterval;
        if (_interval == Timeout.InfiniteTimeSpan)
            return Task.CompletedTask;
        _timer = _time.CreateTimer(
            static self => ((CudaDevicesHostedService)self!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Check();
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
        // This only starts the readings. They run on the threads of the devices.
        _monitor!.Check();

        // Checks must not overlap.
        _timer!.Change(_interval, Timeout.InfiniteTimeSpan);
    }
}
