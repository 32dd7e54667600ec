using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SharedModels.TorchSharp.Devices;

namespace SharedModels.TorchSharp.Hosting;

/// <summary>
/// Has the metrics of CUDA devices there from the start, and asks the devices at an interval whether they are lost: readiness turns red and
/// waiting requests go elsewhere, whether or not somebody asks for health or metrics.
/// </summary>
internal sealed class CudaDevicesHostedService(IServiceProvider services) : IHostedService, IDisposable
{
    private readonly TimeProvider _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    private CudaDeviceProvider? _provider;
    private TimeSpan _interval;
    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<ISharedModelManager>() is null)
            return Task.CompletedTask;
        _ = services.GetService<CudaDeviceMonitor>();
        _provider = services.GetRequiredService<CudaDeviceProvider>();
        _interval = services.GetRequiredService<IOptions<TorchSharpOptions>>().Value.MonitorInterval;
        _timer = _time.CreateTimer(static self => ((CudaDevicesHostedService)self!).Ask(), this, _interval, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Ask()
    {
        foreach (var device in _provider!.Devices)
            _ = _provider.Read(device);

        // Only now: a driver that takes long to answer is not asked twice at once.
        _timer!.Change(_interval, Timeout.InfiniteTimeSpan);
    }
}
