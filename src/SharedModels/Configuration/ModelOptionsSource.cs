using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace SharedModels.Configuration;

/// <summary>
/// Reads the options of a model from <c>SharedModels:Models:&lt;id&gt;</c>, and reads them again when the configuration changes.
/// </summary>
internal sealed class ModelOptionsSource<TOptions>(string id, ModelSections sections, Action<IConfigurationSection, TOptions> bind)
    : IConfigureNamedOptions<TOptions>, IOptionsChangeTokenSource<TOptions>
    where TOptions : class
{
    public string Name => id;

    /// <summary>The path of the section, used in messages.</summary>
    public string Path => sections.Of(id).FirstOrDefault()?.Path ?? $"SharedModels:Models:{id}";

    /// <summary>Indicates whether the configuration has settings for the model.</summary>
    public bool IsConfigured => sections.Of(id).Any(static section => section.Exists());

    /// <exception cref="OptionsValidationException">A value is invalid.</exception>
    public void Configure(string? name, TOptions options)
    {
        if (name != id)
            return;
        try
        {
            foreach (var section in sections.Of(id))
                bind(section, options);
        }
        catch (InvalidOperationException exception)
        {
            // Generated code and the configuration binder throw this exception for invalid text.
            throw new SettingsException(id, typeof(TOptions), [exception.Message]);
        }
    }

    public void Configure(TOptions options) => Configure(Options.DefaultName, options);

    public IChangeToken GetChangeToken() =>
        new CompositeChangeToken([.. sections.Of(id).Select(static section => section.GetReloadToken())]);
}
