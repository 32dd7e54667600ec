using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SharedModels.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health checks of shared models.</summary>
public static class SharedModelsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds <c>sharedmodels-live</c> (tag <c>live</c>: the scheduler answers, and no
    /// device has been lost for longer than <c>SharedModels:Leasing:UnrecoverableAfter</c>) and <c>sharedmodels-ready</c> (tag
    /// <c>ready</c>: preloaded models are there, no queue is full, the application is not stopping; degraded while a lease is held too
    /// long), and for each device <c>sharedmodels-device-cuda:0</c> (tag <c>device</c>: it is not lost, and its queue is not full).
    /// </summary>
    /// <remarks>
    /// A device that is lost while others serve does not make the application unready, so
    /// the checks of devices are not among those with the tag <c>ready</c>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddSharedModels(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(static service => service.ServiceType == typeof(ReadinessCheck)))
            return builder;
        builder.Services.AddSharedModelManager();
        builder.Services.AddSingleton<LivenessCheck>().AddSingleton<ReadinessCheck>();
        builder.Services.AddSingleton<IConfigureOptions<HealthCheckServiceOptions>, DeviceCheckRegistrations>();
        return builder
            .AddCheck<LivenessCheck>("sharedmodels-live", tags: ["live"])
            .AddCheck<ReadinessCheck>("sharedmodels-ready", tags: ["ready"]);
    }
}
