using System.Collections.Concurrent;

namespace SharedModels.Hosting;

/// <summary>Work to wait for when the application stops, before the manager rejects requests.</summary>
internal sealed class StopDelays
{
    private readonly ConcurrentQueue<Func<CancellationToken, Task>> _delays = new();

    public void Add(Func<CancellationToken, Task> delay) => _delays.Enqueue(delay);

    public Task WaitAsync(CancellationToken cancellationToken) => Task.WhenAll(_delays.Select(delay => delay(cancellationToken)));
}
