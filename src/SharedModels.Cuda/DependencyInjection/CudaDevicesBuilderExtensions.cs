using SharedModels;
using SharedModels.Cuda;
using SharedModels.Cuda.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds CUDA devices to an application.</summary>
public static class CudaDevicesBuilderExtensions
{
    /// <summary>
    /// Adds the CUDA devices of the machine, so that models can be moved to them, whichever engine computes there. Calling it again is
    /// harmless.
    /// </summary>
    /// <remarks>
    /// NVIDIA's driver is all that is needed (<c>libcuda.so.1</c>, <c>nvcuda.dll</c>). A machine without it, or without a GPU, has no such
    /// device. Then models that may run on the CPU do so.
    /// </remarks>
    /// <param name="builder">The builder that <c>AddSharedModels</c> returns.</param>
    /// <param name="configure">Changes the settings, or <see langword="null"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddCudaDevices(this ISharedModelsBuilder builder, Action<CudaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddCudaDevicesFor<AnyCudaEngine>();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>
    /// Adds the health check <c>sharedmodels-cuda</c>, tagged <c>ready</c>. It is unhealthy if a CUDA device is lost or does not answer,
    /// and degraded if more of its memory is taken than models declare. Its data has the driver's figures next to the manager's, with their
    /// age. The check never waits for a device. Calling it again is harmless.
    /// </summary>
    /// <remarks>The check adds no devices: <see cref="AddCudaDevices(ISharedModelsBuilder, Action{CudaOptions}?)"/> does.</remarks>
    /// <param name="builder">The builder of the application's health checks.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddCudaDevices(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSharedModelManager();
        builder.Services.AddCudaDevices();
        builder.Services.AddReadyCheck<CudaDevicesCheck>("sharedmodels-cuda");
        return builder;
    }
}
