using SharedModels.Registration;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SharedModels;
using SharedModels.Configuration;
using SharedModels.Configuration.Binding;
using SharedModels.DependencyInjection;
using SharedModels.Devices;
using SharedModels.Hosting;
using SharedModels.Leasing;
using SharedModels.Residency;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Registers the manager of shared models. The generated method <c>AddSharedModels</c> calls this and adds the application's models.
/// </summary>
public static class SharedModelsServiceCollectionExtensions
{
    /// <summary>
    /// Registers the manager, its hosted service and its options, but no models. Calling this method again has no effect.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <returns>A builder to register models with.</returns>
    public static ISharedModelsBuilder AddSharedModelManager(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SharedModelsOptions>().ValidateOnStart();
        services.TryAddTransient<IOptionsFactory<SharedModelsOptions>, SharedModelsOptionsFactory>();
        AddStartupValidator(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SharedModelsOptions>, SharedModelsOptionsValidator>());
        services.TryAddSingleton(static provider => new SharedModelManager(
            provider.GetRequiredService<IOptions<SharedModelsOptions>>().Value,
            provider.GetServices<IDeviceProvider>(),
            provider.GetServices<ModelRegistration>(),
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetService<IMeterFactory>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<StopDelays>();
        services.TryAddSingleton<OptionsReload>();
        services.TryAddSingleton<ISharedModelManager>(static provider => provider.GetRequiredService<SharedModelManager>());
        services.TryAddScoped<LeaseScope>();
        services.TryAddScoped<IModelLeaseScope, ModelLeaseScope>();

        // A registration for the class itself comes first. This one explains why there is none.
        services.TryAdd(ServiceDescriptor.Scoped(typeof(IModelLease<>), typeof(UnregisteredLease<>)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SharedModelsHostedService>());
        return new SharedModelsBuilder(services);
    }

    /// <inheritdoc cref="AddSharedModelManager(IServiceCollection)"/>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the settings.</param>
    public static ISharedModelsBuilder AddSharedModelManager(this IServiceCollection services, Action<SharedModelsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = services.AddSharedModelManager();
        services.Configure(configure);
        return builder;
    }

    /// <inheritdoc cref="AddSharedModelManager(IServiceCollection)"/>
    /// <param name="services">The application's services.</param>
    /// <param name="section">The section with the settings, such as <c>configuration.GetSection("SharedModels")</c>.</param>
    public static ISharedModelsBuilder AddSharedModelManager(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var builder = services.AddSharedModelManager();
        services.AddSingleton(new SettingsSection(section));
        services.AddOptions<SharedModelsOptions>().Configure<IServiceProvider>((options, provider) =>
            SharedModelsOptionsBinder.Bind(section, options, provider.GetService<IConfiguration>()));
        services.AddSingleton<IOptionsChangeTokenSource<SharedModelsOptions>>(
            new ConfigurationChangeTokenSource<SharedModelsOptions>(section));
        return builder;
    }

    /// <summary>Registers a model and its lease, which scopes inject.</summary>
    /// <remarks>
    /// An <see cref="IModelLease{T}"/> without a key leases the first id of the class. Each id is also a key, as in
    /// <c>[FromKeyedServices("owlv2-large")] IModelLease&lt;Owlv2&gt;</c>.
    /// </remarks>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="id">The model's id.</param>
    /// <param name="factory">Constructs the model, using services of a separate scope that lives as long as the model is loaded.</param>
    /// <param name="configure">Sets defaults, which the configuration in <c>SharedModels:Models:&lt;id&gt;</c> overrides.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddModel<T>(
        this ISharedModelsBuilder builder,
        string id,
        Func<IServiceProvider, T> factory,
        Action<ModelOptions>? configure = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add<T>(builder, id, factory, configure, isAdapted: false);
    }

    /// <summary>
    /// Registers a model whose class cannot load or move itself, with an adapter that does. The lease provides the model.
    /// </summary>
    /// <remarks>See <see cref="AddModel{T}"/> for the keys of leases.</remarks>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="id">The model's id.</param>
    /// <param name="factory">Constructs the adapter, using services of a separate scope that lives as long as the model is loaded.</param>
    /// <param name="configure">Sets defaults, which the configuration in <c>SharedModels:Models:&lt;id&gt;</c> overrides.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddAdaptedModel<T>(
        this ISharedModelsBuilder builder,
        string id,
        Func<IServiceProvider, IModelAdapter> factory,
        Action<ModelOptions>? configure = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add<T>(builder, id, factory, configure, isAdapted: true);
    }

    private static void AddStartupValidator(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(SettingsStartupValidator)))
            return;

        // Only one validator is possible, so this one wraps the validator that ValidateOnStart has just registered.
        var inner = services.Last(static service => service.ServiceType == typeof(IStartupValidator));
        services.Remove(inner);
        services.AddTransient(provider => new SettingsStartupValidator(Create(provider), provider.GetService<ILoggerFactory>()));
        services.AddTransient<IStartupValidator>(static provider => provider.GetRequiredService<SettingsStartupValidator>());

        IStartupValidator Create(IServiceProvider provider) => (IStartupValidator)(inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!));
    }

    private static ISharedModelsBuilder Add<T>(
        ISharedModelsBuilder builder, string id, Func<IServiceProvider, object> factory, Action<ModelOptions>? configure, bool isAdapted)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(id);
        var services = builder.Services;
        var isKnown = services.Any(
            service => service.ImplementationInstance is ModelRegistration known && known.Id == id && known.Type == typeof(T));
        if (isKnown)
            return builder;
        var defaults = new ModelOptions();
        configure?.Invoke(defaults);
        services.AddSingleton(new ModelRegistration(id, typeof(T), factory, defaults) { IsAdapted = isAdapted });
        services.TryAddScoped(provider => provider.GetRequiredService<LeaseScope>().GetLease<T>(id));

        // GetServices would otherwise include the lease that explains a missing registration.
        services.TryAddScoped<IEnumerable<IModelLease<T>>>(static provider =>
            [.. provider.GetServices<ModelRegistration>()
                .Where(static registration => registration.Type == typeof(T))
                .Select(registration => provider.GetRequiredKeyedService<IModelLease<T>>(registration.Id))]);
        services.TryAddKeyedScoped(id, (provider, _) => provider.GetRequiredService<LeaseScope>().GetLease<T>(id));
        return builder;
    }
}
