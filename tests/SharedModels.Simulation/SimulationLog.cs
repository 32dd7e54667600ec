namespace SharedModels.Simulation;

/// <summary>Writes down how a trace goes.</summary>
internal sealed class SimulationLog(Trace trace)
{
    private readonly TimeSpan?[] _waits = new TimeSpan?[trace.Requests.Count];
    private readonly List<int> _order = [];
    private int _refused;
    private int _lost;
    private int _moves;
    private long _bytesMoved;

    /// <summary>Requests whose service has begun.</summary>
    public int Served => _order.Count;

    /// <summary>Whether every request was served or refused.</summary>
    public bool IsComplete => _order.Count + _refused == _waits.Length;

    public void Serve(int request, TimeSpan now)
    {
        _waits[request] = now - trace.Requests[request].Arrival;
        _order.Add(request);
    }

    public void Refuse() => _refused++;

    public void Lose() => _lost++;

    public void Move(long bytes)
    {
        _moves++;
        _bytesMoved += bytes;
    }

    public SimulationResult ToResult(TimeSpan end) => new()
    {
        Waits = [.. _waits.OfType<TimeSpan>()],
        Order = _order,
        Refused = _refused,
        Lost = _lost,
        End = end,
        Moves = _moves,
        BytesMoved = _bytesMoved,
    };
}
