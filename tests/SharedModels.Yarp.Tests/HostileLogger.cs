using Microsoft.Extensions.Logging;

namespace SharedModels.Yarp.Tests;

/// <summary>A logger that throws.</summary>
internal sealed class HostileLogger<T> : ILogger<T>
{
    private readonly Dictionary<LogLevel, int> _counts = [];

    public bool Has(LogLevel level, int count)
    {
        lock (_counts)
            return _counts.GetValueOrDefault(level) >= count;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_counts)
            _counts[logLevel] = _counts.GetValueOrDefault(logLevel) + 1;
        throw new InvalidOperationException("A logger failed.");
    }
}
