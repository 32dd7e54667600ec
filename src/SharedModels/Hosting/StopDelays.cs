using System.Collections.Concurrent;

namespace SharedModels.Hosting;

/// <summary>Work to wait for when the application stops, before the manager rejects requests.</summary>
internal sealed class StopDelays
{
    private readonly ConcurrentQueue<Func<CancellationToken, Task>> _delays = new();
    private volatile bool _hasBegun;

    /// <summary>Indicates whether the application stops. It still serves requests until the work has ended.</summary>
    public bool HasBegun => _hasBegun;

    public void Add(Func<CancellationToken, Task> delay) => _delays.Enqueue(delay);

    /// <summary>Begins the stop, and waits for all work.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        return Task.WhenAll(_delays.Select(delay => delay(cancellationToken)));
    }
}
