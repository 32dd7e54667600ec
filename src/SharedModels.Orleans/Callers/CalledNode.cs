using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Callers;

/// <summary>A node as a caller knows it: its grain, and the calls that wait for it.</summary>
internal sealed class CalledNode(string id, IModelNodeGrain grain) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<NodeCall> _calls = [];
    private long _period;
    private bool _isAbsent;

    public string Id => id;

    public IModelNodeGrain Grain => grain;

    /// <summary>The source to cancel when the silo is no longer a member.</summary>
    public CancellationTokenSource Removed { get; } = new();

    /// <summary>True if the silo does not serve calls.</summary>
    public bool IsAbsent { get => Volatile.Read(ref _isAbsent); set => Volatile.Write(ref _isAbsent, value); }

    /// <summary>The number of calls that wait for the node.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _calls.Count;
        }
    }

    /// <summary>Begins a call.</summary>
    public NodeCall Begin()
    {
        lock (_lock)
        {
            var call = new NodeCall(this, _period);
            _calls.Add(call);
            return call;
        }
    }

    public void End(NodeCall call)
    {
        lock (_lock)
            _calls.Remove(call);
    }

    /// <summary>Ends a period, so that the calls until now can be lost without later ones. Returns the period.</summary>
    public long Suspect()
    {
        lock (_lock)
            return _period++;
    }

    /// <summary>Ends the calls that wait for the node, if they were sent in a period or before it.</summary>
    public void Disconnect(long period = long.MaxValue)
    {
        List<NodeCall> lost;
        lock (_lock)
            lost = [.. _calls.Where(call => call.Period <= period)];
        foreach (var call in lost)
            call.Lose();
    }

    public void Dispose() => Removed.Dispose();
}
