using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime;
using SharedModels;
using SharedModels.Orleans;
using SharedModels.Orleans.Callers;
using SharedModels.Orleans.Nodes;

namespace Orleans.Hosting;

/// <summary>Extension methods that make a silo a node with shared models, or a caller of them.</summary>
public static class SharedModelsSiloBuilderExtensions
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    private const int MissedProbes = 2;

    private const int ConnectionsPerEndpoint = 4;

    /// <inheritdoc cref="AddSharedModels(ISiloBuilder, Action{RemoteModelOptions}?)"/>
    /// <param name="builder">The silo.</param>
    /// <param name="section">The section with the settings of <see cref="RemoteModelOptions"/>, such as <c>SharedModels:Remote</c>.</param>
    public static ISiloBuilder AddSharedModels(this ISiloBuilder builder, IConfigurationSection section) =>
        builder.AddSharedModels(RemoteModelSettings.Of(section));

    /// <summary>
    /// Makes the silo a node: it serves calls of its shared models, and reports their state to callers. Grains and services of the silo can
    /// inject <see cref="IModelClient{TContract}"/>.
    /// </summary>
    /// <remarks>
    /// <para>Register the models as on a single machine, with <c>services.AddSharedModels()</c>.</para>
    /// <para>The defaults of some settings of Orleans change: 4 connections between silos, and a silo is declared dead after 2 missed
    /// probes of 1 s. Settings of the application override them.</para>
    /// </remarks>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISiloBuilder AddSharedModels(this ISiloBuilder builder, Action<RemoteModelOptions>? configure = null)
    {
        builder.AddSharedModelClients(configure);
        var services = builder.Services;
        if (services.Any(static service => service.ServiceType == typeof(ModelNode)))
            return builder;
        services.AddSingleton<IGrainPropertiesProvider, NodeProperties>();
        services.AddSingleton<ModelNode>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<ModelNode>());
        return builder;
    }

    /// <inheritdoc cref="AddSharedModelClients(ISiloBuilder, Action{RemoteModelOptions}?)"/>
    /// <param name="builder">The silo.</param>
    /// <param name="section">The section with the settings of <see cref="RemoteModelOptions"/>, such as <c>SharedModels:Remote</c>.</param>
    public static ISiloBuilder AddSharedModelClients(this ISiloBuilder builder, IConfigurationSection section) =>
        builder.AddSharedModelClients(RemoteModelSettings.Of(section));

    /// <summary>
    /// Lets grains and services of a silo without shared models of its own inject <see cref="IModelClient{TContract}"/>, and lets Orleans
    /// clients that are connected to this silo call the models of others.
    /// </summary>
    /// <remarks>
    /// <para><c>AddSharedModels</c> includes it. Silos without either cannot pass the calls of clients to nodes, so call it on each silo
    /// that has no models.</para>
    /// <para>The defaults of some settings of Orleans change, as with <c>AddSharedModels</c>.</para>
    /// </remarks>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISiloBuilder AddSharedModelClients(this ISiloBuilder builder, Action<RemoteModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        CallerServices.Add(services, configure);
        if (services.Any(static service => service.ServiceType == typeof(CallerLifetime)))
            return builder;
        services.AddSingleton<CallerLifetime>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<CallerLifetime>());
        services.AddPlacementDirector<PinnedPlacement, PinnedPlacementDirector>();
        CallerServices.Default<ClusterMembershipOptions>(
            services, static options => (options.ProbeTimeout, options.NumMissedProbesLimit) = (ProbeTimeout, MissedProbes));

        // Small calls between silos do not wait for large ones. Gateways use one connection of each client.
        CallerServices.Default<ConnectionOptions>(services, static options => options.ConnectionsPerEndpoint = ConnectionsPerEndpoint);
        return builder;
    }
}
