using SharedModels.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health checks of shared models.</summary>
public static class SharedModelsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds <c>sharedmodels-live</c> (tag <c>live</c>: the scheduler answers) and <c>sharedmodels-ready</c> (tag <c>ready</c>: preloaded models are
    /// there, no queue is full, the application is not stopping; degraded while a lease is held too long).
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddSharedModels(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(static service => service.ServiceType == typeof(ReadinessCheck)))
            return builder;
        builder.Services.AddSharedModelManager();
        builder.Services.AddSingleton<LivenessCheck>().AddSingleton<ReadinessCheck>();
        return builder
            .AddCheck<LivenessCheck>("sharedmodels-live", tags: ["live"])
            .AddCheck<ReadinessCheck>("sharedmodels-ready", tags: ["ready"]);
    }
}
