using SharedModels;
using SharedModels.Orleans;

namespace Orleans.Hosting;

/// <summary>Extension methods that let a client of a cluster call shared models.</summary>
public static class SharedModelsClientBuilderExtensions
{
    /// <summary>Adds <see cref="IModelClient{TContract}"/>, which calls the shared models of the silos.</summary>
    /// <remarks>The default of connections per endpoint is 4. Settings of the application override it.</remarks>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IClientBuilder AddSharedModels(this IClientBuilder builder, Action<RemoteModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        CallerServices.Add(builder.Services, configure);
        return builder;
    }
}
