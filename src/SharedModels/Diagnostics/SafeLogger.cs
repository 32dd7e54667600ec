using Microsoft.Extensions.Logging;

namespace SharedModels.Diagnostics;

/// <summary>Ignores exceptions of a logger, so that they cannot leave a model half-loaded or a request unanswered.</summary>
internal sealed class SafeLogger(ILogger inner) : ILogger
{
    // The manager does not use logging scopes.
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

#pragma warning disable CA1031 // There is nowhere to log this.
    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
        }
    }
#pragma warning restore CA1031
}
