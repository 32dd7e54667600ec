namespace SharedModels.Orleans.Nodes;

/// <summary>
/// The processes that call this node, and their calls. The calls of a process that no longer asks for reports are canceled.
/// </summary>
internal sealed class NodeCallers(TimeProvider time)
{
    /// <summary>The time after which a process is assumed to be gone. Each process asks for a report at least once per second.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Caller> _callers = [];
    private int _running;

    /// <summary>The number of calls that the node is serving.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Records that a process is alive.</summary>
    public void See(Guid caller)
    {
        lock (_lock)
            Find(caller);
    }

    /// <summary>Begins a call, which ends when the result is disposed.</summary>
    public RunningCall Begin(Guid caller, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _running);
        lock (_lock)
            return new(this, CancellationTokenSource.CreateLinkedTokenSource(Find(caller).Gone.Token, cancellationToken));
    }

    /// <summary>Cancels the calls of processes that are gone.</summary>
    public void Expire()
    {
        var gone = new List<Caller>();
        lock (_lock)
        {
            foreach (var (id, caller) in _callers)
            {
                if (time.GetElapsedTime(caller.SeenAt) < Timeout)
                    continue;
                gone.Add(caller);
                _callers.Remove(id);
            }
        }

        // Tokens run code of models, so they are canceled on other threads.
        foreach (var caller in gone)
            _ = caller.Gone.CancelAsync();
    }

    private Caller Find(Guid id)
    {
        if (!_callers.TryGetValue(id, out var caller))
            _callers.Add(id, caller = new());
        caller.SeenAt = time.GetTimestamp();
        return caller;
    }

    /// <summary>A call that is being served.</summary>
    internal sealed class RunningCall(NodeCallers callers, CancellationTokenSource end) : IDisposable
    {
        private bool _hasEnded;

        public CancellationToken Token { get; } = end.Token;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _hasEnded, true))
                return;
            end.Dispose();
            Interlocked.Decrement(ref callers._running);
        }
    }

    private sealed class Caller
    {
        public CancellationTokenSource Gone { get; } = new();

        public long SeenAt { get; set; }
    }
}
