using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace SharedModels.Configuration;

/// <summary>
/// Creates options. Options that are named by the id of a model start with the unnamed configuration, which applies to every model. They
/// validate themselves if they are an <see cref="IValidatableObject"/>.
/// </summary>
internal sealed class ModelOptionsFactory<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
    IEnumerable<IConfigureOptions<TOptions>> setups,
    IEnumerable<IPostConfigureOptions<TOptions>> postConfigures,
    IEnumerable<IValidateOptions<TOptions>> validations,
    IEnumerable<ModelOptionsSource<TOptions>> models)
    : OptionsFactory<TOptions>(setups, postConfigures, validations), IOptionsFactory<TOptions>
    where TOptions : class
{
    private readonly IConfigureOptions<TOptions>[] _setups = [.. setups];
    private readonly IPostConfigureOptions<TOptions>[] _postConfigures = [.. postConfigures];
    private readonly Dictionary<string, ModelOptionsSource<TOptions>> _models = models.DistinctBy(static model => model.Name)
        .ToDictionary(static model => model.Name);

    /// <exception cref="OptionsValidationException">A setting is invalid.</exception>
    TOptions IOptionsFactory<TOptions>.Create(string name)
    {
        try
        {
            var options = Create(name);
            if (_models.TryGetValue(name, out var model))
                Validate(options, model);
            return options;
        }
        catch (OptionsValidationException exception) when (exception is not SettingsException && _models.ContainsKey(name))
        {
            throw new SettingsException(exception.OptionsName, exception.OptionsType, exception.Failures);
        }
    }

    protected override TOptions CreateInstance(string name)
    {
        var options = base.CreateInstance(name);
        if (!_models.ContainsKey(name))
            return options;

        // Do not call Create: unnamed options need not be valid before the model's own settings are read.
        // Create runs delegates that apply to every name.
        foreach (var setup in _setups)
        {
            if (setup is not ConfigureNamedOptions<TOptions> { Name: null })
                setup.Configure(options);
        }

        foreach (var postConfigure in _postConfigures)
        {
            if (postConfigure is not PostConfigureOptions<TOptions> { Name: null })
                postConfigure.PostConfigure(Options.DefaultName, options);
        }

        return options;
    }

    /// <summary>
    /// Validates options that are configured. Defaults are validated when the model is loaded, because an application need not use every
    /// model of a library that it references.
    /// </summary>
    private void Validate(TOptions options, ModelOptionsSource<TOptions> model)
    {
        var isConfigured = model.IsConfigured || _setups.Length > _models.Count || _postConfigures.Length > 0;
        if (!isConfigured || options is not IValidatableObject validatable)
            return;
        var context = new ValidationContext(options, displayName: model.Path, serviceProvider: null, items: null);
        var failures = validatable.Validate(context).Select(static result => result.ErrorMessage).OfType<string>().ToList();
        if (failures.Count > 0)
            throw new SettingsException(model.Name, typeof(TOptions), failures);
    }
}
