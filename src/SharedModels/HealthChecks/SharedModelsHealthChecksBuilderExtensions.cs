using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SharedModels.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that register the health checks of shared models.</summary>
public static class SharedModelsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds the checks <c>sharedmodels-live</c> (tag <c>live</c>), <c>sharedmodels-ready</c> (tag <c>ready</c>) and, for each device, a
    /// check such as <c>sharedmodels-device-cuda:0</c> (tag <c>device</c>).
    /// </summary>
    /// <remarks>
    /// <para>
    /// <c>sharedmodels-live</c> is healthy if the scheduler responds and no device has been lost for longer than
    /// <c>SharedModels:Leasing:UnrecoverableAfter</c>.
    /// </para>
    /// <para>
    /// <c>sharedmodels-ready</c> is healthy if preloaded models are on their devices, no queue is full, and the application is not
    /// stopping. It is degraded while a lease is held too long.
    /// </para>
    /// <para>
    /// The check of a device is healthy if the device is not lost and its queue is not full. The checks of devices do not have the tag
    /// <c>ready</c>, because the application stays ready if a device is lost while others are available.
    /// </para>
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
