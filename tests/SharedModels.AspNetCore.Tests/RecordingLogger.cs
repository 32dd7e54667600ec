using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogger : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = [];

    private readonly ConcurrentQueue<Exception> _exceptions = [];

    public IReadOnlyCollection<(LogLevel Level, string Text)> Lines => _lines;

    public IReadOnlyCollection<Exception> Exceptions => _exceptions;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue((logLevel, formatter(state, exception)));
        if (exception is not null)
            _exceptions.Enqueue(exception);
    }

    public void Dispose()
    {
    }
}
