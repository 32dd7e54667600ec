using Microsoft.Extensions.Options;

namespace SharedModels.Configuration;

/// <summary>Creates the manager's options. Invalid options are always reported without a stack trace.</summary>
internal sealed class SharedModelsOptionsFactory(
    IEnumerable<IConfigureOptions<SharedModelsOptions>> setups,
    IEnumerable<IPostConfigureOptions<SharedModelsOptions>> postConfigures,
    IEnumerable<IValidateOptions<SharedModelsOptions>> validations)
    : IOptionsFactory<SharedModelsOptions>
{
    private readonly OptionsFactory<SharedModelsOptions> _inner = new(setups, postConfigures, validations);

    /// <exception cref="OptionsValidationException">A setting is invalid.</exception>
    public SharedModelsOptions Create(string name)
    {
        try
        {
            return _inner.Create(name);
        }
        catch (OptionsValidationException exception) when (exception is not SettingsException)
        {
            throw new SettingsException(exception.OptionsName, exception.OptionsType, exception.Failures);
        }
    }
}
