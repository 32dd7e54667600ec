using SharedModels.TorchSharp.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health check of CUDA devices.</summary>
public static class TorchSharpHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds the check <c>sharedmodels-cuda</c>, tagged <c>ready</c>: unhealthy when a CUDA device does not answer, degraded when more of
    /// one is taken than models declare, with the driver's figures beside the manager's as data.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddTorchSharp(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddTorchSharp();
        return builder.AddCheck<CudaDevicesCheck>("sharedmodels-cuda", failureStatus: null, tags: ["ready"]);
    }
}
