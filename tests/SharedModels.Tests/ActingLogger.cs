using Microsoft.Extensions.Logging;

namespace SharedModels.Tests;

/// <summary>Runs an action, such as throwing or blocking, when a text is logged.</summary>
/// <param name="trigger">A part of the text that triggers the action.</param>
internal sealed class ActingLogger(string trigger = "") : ILoggerFactory, ILogger
{
    public Action Act { get; set; } = static () => { };

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (formatter(state, exception).Contains(trigger, StringComparison.Ordinal))
            Act();
    }

    public void Dispose()
    {
    }
}
