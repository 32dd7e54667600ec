using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SharedModels.Clustering.Telemetry;
using SharedModels.Yarp;
using SharedModels.Yarp.Gateways;
using SharedModels.Yarp.Gateways.Dashboard;
using SharedModels.Yarp.Gateways.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that make a reverse proxy the gateway of a cluster.</summary>
public static class SharedModelsReverseProxyBuilderExtensions
{
    /// <summary>Adds the gateway of a cluster of nodes with shared models. Routes, models and endpoints come from the nodes.</summary>
    /// <remarks>Invalid settings stop the application at startup, with the key, the value and what is allowed.</remarks>
    /// <param name="builder">The builder that <c>AddReverseProxy()</c> returns.</param>
    /// <param name="section">The section with the settings of <see cref="ClusterOptions"/>, such as <c>SharedModels:Cluster</c>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IReverseProxyBuilder AddSharedModels(this IReverseProxyBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.AddSharedModels(options => ClusterSettings.Bind(section, options));
    }

    /// <summary>Adds the gateway of a cluster of nodes with shared models. Routes, models and endpoints come from the nodes.</summary>
    /// <remarks>Invalid settings stop the application at startup, with the name, the value and what is allowed.</remarks>
    /// <param name="builder">The builder that <c>AddReverseProxy()</c> returns.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IReverseProxyBuilder AddSharedModels(this IReverseProxyBuilder builder, Action<ClusterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptions<ClusterOptions>().Configure(configure).ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidator>());
        builder.Services.TryAddSingleton<Cluster>();
        builder.Services.AddMetrics();
        builder.Services.TryAddSingleton(static services => new ClusterMetrics(
            services.GetRequiredService<IMeterFactory>(),
            services.GetRequiredService<Cluster>().Describe,
            services.GetRequiredService<TimeProvider>()));
        builder.Services.TryAddSingleton<RouteHistory>();
        builder.Services.TryAddSingleton<ClusterPageFactory>();
        builder.Services.TryAddSingleton<NodeClient>();
        builder.Services.TryAddSingleton<ModelForwarder>();
        builder.Services.AddHostedService<NodeWatcher>();
        return builder;
    }
}
