using Microsoft.Extensions.Hosting;
using SharedModels.TorchSharp.Devices;

namespace SharedModels.TorchSharp.Hosting;

/// <summary>Has the metrics of CUDA devices there from the start, whether or not somebody asks for their health.</summary>
internal sealed class CudaDevicesHostedService(IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (services.GetService(typeof(ISharedModelManager)) is not null)
            _ = services.GetService(typeof(CudaDeviceMonitor));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
