using Microsoft.Extensions.Logging;

namespace SharedModels.Orleans.Tests;

/// <summary>Loggers that throw.</summary>
internal sealed class HostileLoggers : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        throw new InvalidOperationException("A logger failed.");

    public void Dispose()
    {
    }
}
