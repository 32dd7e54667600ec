using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace SharedModels.Configuration;

/// <summary>
/// Creates options. Those named by the id of a model start with what is configured without a name, which is meant for every model.
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
    private readonly HashSet<string> _ids = [.. models.Select(static model => model.Name)];

    /// <exception cref="OptionsValidationException">A setting is wrong.</exception>
    TOptions IOptionsFactory<TOptions>.Create(string name)
    {
        try
        {
            return Create(name);
        }
        catch (OptionsValidationException exception) when (exception is not SettingsException && _ids.Contains(name))
        {
            throw new SettingsException(exception.OptionsName, exception.OptionsType, exception.Failures);
        }
    }

    protected override TOptions CreateInstance(string name)
    {
        var options = base.CreateInstance(name);
        if (!_ids.Contains(name))
            return options;

        // Not Create: what has no name need not be valid before the model's own settings are read.
        foreach (var setup in _setups)
            setup.Configure(options);
        foreach (var postConfigure in _postConfigures)
            postConfigure.PostConfigure(Options.DefaultName, options);
        return options;
    }
}
