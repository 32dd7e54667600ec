using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels.TorchSharp;
using SharedModels.TorchSharp.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health checks of TorchSharp and its devices.</summary>
public static class TorchSharpHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds the check <c>sharedmodels-torchsharp</c> with the tag <c>ready</c>, which is unhealthy if a registered module requires
    /// TorchSharp and its native library cannot be loaded, and the check <c>sharedmodels-cuda</c> of
    /// <see cref="CudaDevicesBuilderExtensions.AddCudaDevices(IHealthChecksBuilder)"/>. Calling it again has no effect.
    /// </summary>
    /// <param name="builder">The builder of the application's health checks.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddTorchSharp(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddTorchSharp();
        builder.Services.TryAddSingleton(
            static provider => new TorchLibraryCheck(provider.GetServices<TorchModule>(), static () => TorchLibrary.Problem));
        builder.Services.AddReadyCheck<TorchLibraryCheck>("sharedmodels-torchsharp");
        return builder.AddCudaDevices();
    }
}
