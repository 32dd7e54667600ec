using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels;
using SharedModels.Orleans;
using SharedModels.Orleans.Callers;

namespace Orleans.Hosting;

/// <summary>Extension methods that let a client of a cluster call shared models.</summary>
public static class SharedModelsClientBuilderExtensions
{
    /// <summary>Adds <see cref="IModelClient{TContract}"/>, which calls the shared models of the silos.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="section">The section with the settings of <see cref="RemoteModelOptions"/>, such as <c>SharedModels:Remote</c>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IClientBuilder AddSharedModels(this IClientBuilder builder, IConfigurationSection section) =>
        builder.AddSharedModels(RemoteModelSettings.Of(section));

    /// <summary>Adds <see cref="IModelClient{TContract}"/>, which calls the shared models of the silos.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IClientBuilder AddSharedModels(this IClientBuilder builder, Action<RemoteModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        CallerServices.Add(services, configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<IClusterClientLifecycle>, CallerLifetime>());
        return builder;
    }
}
