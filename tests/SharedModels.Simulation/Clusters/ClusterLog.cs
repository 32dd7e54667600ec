namespace SharedModels.Simulation.Clusters;

/// <summary>Records the events of a run.</summary>
internal sealed class ClusterLog(Trace trace, ClusterOptions options)
{
    private readonly TimeSpan?[] _waits = new TimeSpan?[trace.Requests.Count];
    private readonly int[] _loads = new int[trace.ModelBytes.Count];
    private int _ended;
    private int _rejected;
    private int _failed;
    private int _bounces;
    private int _broken;
    private int _mostBroken;
    private int _loadsAfterWarmUp;
    private long _bytesMoved;
    private int _crashes;

    /// <summary>Indicates whether every request has been served or given up.</summary>
    public bool IsComplete => _ended == _waits.Length;

    public void Serve(ClusterRequest request)
    {
        _waits[request.Index] = request.ServedAt - trace.Requests[request.Index].Arrival;
        _ended++;
    }

    public void Reject(ClusterRequest request)
    {
        _ended++;
        _rejected += IsCounted(trace.Requests[request.Index].Arrival) ? 1 : 0;
    }

    public void Fail()
    {
        _ended++;
        _failed++;
    }

    public void Bounce(TimeSpan now) => _bounces += IsCounted(now) ? 1 : 0;

    public void Break(ClusterRequest request)
    {
        _broken++;
        _mostBroken = Math.Max(_mostBroken, ++request.BrokenAttempts);
    }

    public void Load(int model, TimeSpan now)
    {
        _loads[model]++;
        _loadsAfterWarmUp += IsCounted(now) ? 1 : 0;
    }

    public void Move(long bytes, TimeSpan now) => _bytesMoved += IsCounted(now) ? bytes : 0;

    public void Crash() => _crashes++;

    public ClusterResult ToResult(TimeSpan end) => new()
    {
        Waits =
        [
            .. trace.Requests
                .Zip(_waits)
                .Where(pair => pair.Second is not null && IsCounted(pair.First.Arrival))
                .Select(static pair => (pair.First.Arrival, pair.First.Model, pair.Second!.Value)),
        ],
        Rejected = _rejected,
        Failed = _failed,
        Bounces = _bounces,
        BrokenAttempts = _broken,
        MostBrokenAttempts = _mostBroken,
        Loads = _loadsAfterWarmUp,
        LoadsOfModel = _loads,
        BytesMoved = _bytesMoved,
        Crashes = _crashes,
        End = end,
    };

    private bool IsCounted(TimeSpan time) => time >= options.WarmUp;
}
