using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Gives models options of their own; the generator calls this for a model whose constructor takes an
/// <see cref="IOptionsMonitor{TOptions}"/>.
/// </summary>
public static class ModelOptionsExtensions
{
    /// <summary>
    /// Has the options named by a model's id read from <c>SharedModels:Models:&lt;id&gt;</c>,
    /// now and whenever it changes; calling it again is harmless.
    /// </summary>
    /// <remarks>
    /// The options begin as what is configured without a name, so <c>services.Configure&lt;TOptions&gt;(...)</c> is for all models of a
    /// class and <c>services.Configure&lt;TOptions&gt;("owlv2", ...)</c> for one. They are validated when the application starts. A class
    /// that is a <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/> validates itself if anything is configured; the
    /// display name of its context is the path of the section.
    /// </remarks>
    /// <typeparam name="TOptions">The class of the options.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="id">The model's id.</param>
    /// <param name="bind">Writes what the section says into the options.</param>
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
    /// Returns the options as the model with the given id has them:
    /// <see cref="IOptionsMonitor{TOptions}.CurrentValue"/> is the value named by the id.
    /// </summary>
    /// <typeparam name="TOptions">The class of the options.</typeparam>
    /// <param name="services">The application's services.</param>
    /// <param name="id">The model's id.</param>
    /// <returns>A monitor that tells of changes of these options alone.</returns>
    public static IOptionsMonitor<TOptions> GetModelOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this IServiceProvider services, string id)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(id);
        return new ModelOptionsMonitor<TOptions>(services.GetRequiredService<IOptionsMonitor<TOptions>>(), id);
    }
}
