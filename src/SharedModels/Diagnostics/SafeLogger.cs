using Microsoft.Extensions.Logging;

namespace SharedModels.Diagnostics;

/// <summary>Keeps a logger that throws from leaving a model half-loaded or a request without an answer.</summary>
internal sealed class SafeLogger(ILogger inner) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
#pragma warning disable CA1031 // There is nowhere left to log this.
        catch
#pragma warning restore CA1031
        {
        }
    }
}
