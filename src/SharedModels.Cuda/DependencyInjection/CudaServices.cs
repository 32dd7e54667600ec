using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SharedModels;
using SharedModels.Cuda;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.HealthChecks;
using SharedModels.Cuda.Hosting;
using SharedModels.Cuda.Memory;
using SharedModels.Devices;

namespace Microsoft.Extensions.DependencyInjection;

internal static class CudaServices
{
    /// <summary>Registers the devices for an engine. They are available if any registered engine can use them.</summary>
    public static void AddCudaDevicesFor<TEngine>(this IServiceCollection services)
        where TEngine : class, ICudaEngine, new()
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICudaEngine, TEngine>(static _ => new()));
        services.AddCudaDevices();
    }

    /// <summary>Registers the services that find and monitor the devices. Without an engine, no devices are found.</summary>
    public static void AddCudaDevices(this IServiceCollection services)
    {
        services.AddOptions<CudaOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CudaOptions>, CudaOptionsValidator>());
        services.TryAddSingleton(static provider => CreateRuntime(CudaDriver.OpenShared(), provider));
        services.TryAddSingleton(static provider => new CudaDeviceProvider(
            provider.GetRequiredService<CudaRuntime>().Driver,
            Nvml.TryOpen(),
            [.. provider.GetServices<ICudaEngine>()],
            Options(provider),
            Logger(provider),
            Time(provider),
            provider.GetRequiredService<CudaRuntime>().DriverProblem,
            provider.GetRequiredService<CudaRuntime>().DeviceMemory));
        services.TryAddSingleton(static provider => new CudaDeviceMonitor(
            provider.GetRequiredService<CudaDeviceProvider>(),
            provider.GetRequiredService<ISharedModelManager>(),
            provider.GetService<IMeterFactory>(),
            Time(provider),
            Logger(provider)));
        services.TryAddSingleton(
            static provider => new CudaDevicesCheck(provider.GetRequiredService<CudaDeviceMonitor>(), Options(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDeviceProvider, CudaDeviceProvider>(
            static provider => provider.GetRequiredService<CudaDeviceProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CudaDevicesHostedService>());
    }

    /// <summary>Registers a health check with the tag <c>ready</c>. Calling it several times registers it once.</summary>
    public static void AddReadyCheck<TCheck>(this IServiceCollection services, string name)
        where TCheck : class, IHealthCheck =>
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HealthCheckServiceOptions>, ReadyCheckRegistration<TCheck>>(
            _ => new(name)));

    private static CudaRuntime CreateRuntime(CudaDriverStart start, IServiceProvider provider) =>
        new(start.Driver, Options(provider), PinnedMemoryQuota.OfProcess, Time(provider), Logger(provider), start.Problem);

    private static TimeProvider Time(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;

    private static CudaOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<CudaOptions>>().Value;

    private static ILogger Logger(IServiceProvider provider) =>
        (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("SharedModels.Cuda");
}
