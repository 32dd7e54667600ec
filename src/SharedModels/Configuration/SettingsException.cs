using Microsoft.Extensions.Options;
using SharedModels.Hosting;

namespace SharedModels.Configuration;

/// <summary>Invalid settings. Logs show the message without a stack trace, because only the configuration has to be corrected.</summary>
internal sealed class SettingsException : OptionsValidationException
{
    public SettingsException(string name, Type type, IEnumerable<string> failures)
        : base(name, type, failures) => UnhandledSettings.Watch();

    public SettingsException(IEnumerable<string> failures)
        : this(Options.DefaultName, typeof(SharedModelsOptions), failures)
    {
    }

    /// <summary>The message, with one line for each invalid setting.</summary>
    public override string Message => string.Join(Environment.NewLine, Failures);

    /// <summary>Indicates whether the message has been written somewhere. The host logs exceptions that stop its startup.</summary>
    public bool IsShown { get; private set; }

    /// <summary>The application's loggers, which write in the background until they are disposed.</summary>
    public IDisposable? Loggers { get; set; }

    public override string ToString()
    {
        IsShown = true;
        return Message;
    }
}
