using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Extension methods for models with their own options. The source generator calls them for a model whose constructor takes an
/// <see cref="IOptionsMonitor{TOptions}"/>.
/// </summary>
public static class ModelOptionsExtensions
{
    /// <summary>
    /// Binds the options named by a model's id to <c>SharedModels:Models:&lt;id&gt;</c> and updates them when the configuration changes.
    /// Calling this method again has no effect.
    /// </summary>
    /// <remarks>
    /// The options start with the unnamed configuration: <c>services.Configure&lt;TOptions&gt;(...)</c> applies to all models of a class,
    /// and <c>services.Configure&lt;TOptions&gt;("owlv2", ...)</c> to one model. The options are validated when the application starts. An
    /// options class that is a <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/> is validated only if the options are
    /// configured. The display name of its validation context is the path of the section.
    /// </remarks>
    /// <typeparam name="TOptions">The class of the options.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="id">The model's id.</param>
    /// <param name="bind">Binds the values of the section to the options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddModelOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this ISharedModelsBuilder builder,
        string id,
        Action<IConfigurationSection, TOptions> bind)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(bind);
        var services = builder.Services;
        if (services.Any(service =>
            service.IsKeyedService && service.ServiceType == typeof(ModelOptionsSource<TOptions>) && id.Equals(service.ServiceKey)))
            return builder;
        services.TryAddSingleton(
            static provider => new ModelSections(provider.GetServices<SettingsSection>(), provider.GetService<IConfiguration>()));
        services.AddKeyedSingleton(
            id, (provider, _) => new ModelOptionsSource<TOptions>(id, provider.GetRequiredService<ModelSections>(), bind));
        services.AddSingleton(Source);
        services.AddSingleton<IConfigureOptions<TOptions>>(Source);
        services.AddSingleton<IOptionsChangeTokenSource<TOptions>>(Source);
        services.AddOptions<TOptions>(id).ValidateOnStart();
        services.TryAddTransient<IOptionsFactory<TOptions>, ModelOptionsFactory<TOptions>>();
        return builder;

        ModelOptionsSource<TOptions> Source(IServiceProvider provider) =>
            provider.GetRequiredKeyedService<ModelOptionsSource<TOptions>>(id);
    }

    /// <summary>
    /// Returns a monitor for the options of the model with the given id. Its <see cref="IOptionsMonitor{TOptions}.CurrentValue"/> is the
    /// value named by the model's id, as the configuration has it now.
    /// </summary>
    /// <typeparam name="TOptions">The class of the options.</typeparam>
    /// <param name="services">The application's services.</param>
    /// <param name="id">The model's id.</param>
    /// <returns>A monitor that reports changes of these options only.</returns>
    public static IOptionsMonitor<TOptions> GetModelOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this IServiceProvider services, string id)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(id);

        // A new version of a model is constructed because the options have changed, and the monitor might not have noticed it yet.
        services.GetService<IOptionsMonitorCache<TOptions>>()?.TryRemove(id);
        return new ModelOptionsMonitor<TOptions>(services.GetRequiredService<IOptionsMonitor<TOptions>>(), id);
    }
}
