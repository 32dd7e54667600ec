using SharedModels;
using SharedModels.Cuda;
using SharedModels.Cuda.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds CUDA devices to an application.</summary>
public static class CudaDevicesBuilderExtensions
{
    /// <summary>
    /// Adds the CUDA devices of the machine, so that models can be moved to them, regardless of the engine that computes on them. Calling
    /// it again has no effect.
    /// </summary>
    /// <remarks>
    /// It requires only NVIDIA's driver (<c>libcuda.so.1</c>, <c>nvcuda.dll</c>). A machine without the driver or without a GPU has no
    /// CUDA devices. Models that may run on the CPU then do so.
    /// </remarks>
    /// <param name="builder">The builder that <c>AddSharedModels</c> returns.</param>
    /// <param name="configure">Configures the options, or <see langword="null"/>.</param>
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
    /// Adds the health check <c>sharedmodels-cuda</c> with the tag <c>ready</c>. It is unhealthy if a CUDA device is lost or does not
    /// respond, and degraded if more of its memory is taken than models declare. Its data contains the values of the driver and of the
    /// manager, with their age. The check never waits for a device. Calling it again has no effect.
    /// </summary>
    /// <remarks>
    /// The check does not add devices. Use <see cref="AddCudaDevices(ISharedModelsBuilder, Action{CudaOptions}?)"/> for that.
    /// </remarks>
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
