namespace SharedModels.Simulation;

/// <summary>Records the events of a run.</summary>
internal sealed class SimulationLog(Trace trace)
{
    private readonly TimeSpan?[] _waits = new TimeSpan?[trace.Requests.Count];
    private readonly List<int> _order = [];
    private readonly List<long> _budgets = [];
    private int _rejected;
    private int _lost;
    private int _moves;
    private long _bytesMoved;
    private int _outOfMemory;

    /// <summary>The number of requests whose service has started.</summary>
    public int Served => _order.Count;

    /// <summary>Indicates whether every request has been served or rejected.</summary>
    public bool IsComplete => _order.Count + _rejected == _waits.Length;

    public void Serve(int request, TimeSpan now)
    {
        _waits[request] = now - trace.Requests[request].Arrival;
        _order.Add(request);
    }

    public void Reject() => _rejected++;

    public void Lose() => _lost++;

    public void Move(long bytes)
    {
        _moves++;
        _bytesMoved += bytes;
    }

    public void RunOutOfMemory() => _outOfMemory++;

    public void ChangeBudget(long bytes) => _budgets.Add(bytes);

    public SimulationResult ToResult(TimeSpan end) => new()
    {
        Waits = [.. _waits.OfType<TimeSpan>()],
        Order = _order,
        Rejected = _rejected,
        Lost = _lost,
        End = end,
        Moves = _moves,
        BytesMoved = _bytesMoved,
        OutOfMemory = _outOfMemory,
        Budgets = _budgets,
    };
}
