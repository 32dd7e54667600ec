using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;

namespace SharedModels.Hosting;

/// <summary>
/// Validates the application's options at startup. Invalid settings of models are reported together with the application's own.
/// </summary>
internal sealed class SettingsStartupValidator(IStartupValidator inner, ILoggerFactory? loggers) : IStartupValidator
{
    public void Validate()
    {
        try
        {
            inner.Validate();
        }
        catch (SettingsException exception)
        {
            exception.Loggers = loggers;
            throw;
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(static inner => inner is OptionsValidationException)
            && exception.InnerExceptions.Any(static inner => inner is SettingsException))
        {
            var inners = exception.InnerExceptions.Cast<OptionsValidationException>();
            var failures = inners.SelectMany(static inner => inner.Failures).Distinct();
            throw new SettingsException(failures) { Loggers = loggers };
        }
    }
}
