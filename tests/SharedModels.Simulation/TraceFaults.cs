namespace SharedModels.Simulation;

/// <summary>What fails during a <see cref="Trace"/>: the same, whatever policy the trace is run with.</summary>
public sealed class TraceFaults
{
    private readonly TraceOptions _options;

    internal TraceFaults(TraceOptions options) => _options = options;

    /// <summary>Nothing fails.</summary>
    public static TraceFaults None { get; } = new(new());

    /// <summary>When the device is lost, in order; without an end unless it never is.</summary>
    public IEnumerable<DeviceOutage> Outages
    {
        get
        {
            if (_options.MeanTimeBetweenLosses == Timeout.InfiniteTimeSpan)
                yield break;
            var random = new Random(~_options.Seed);
            for (var now = TimeSpan.Zero; ; now += _options.LossDuration)
            {
                now += _options.MeanTimeBetweenLosses * -Math.Log(1 - random.NextDouble());
                yield return new(now, now + _options.LossDuration);
            }
        }
    }

    /// <summary>Whether a load fails.</summary>
    /// <param name="model">The model.</param>
    /// <param name="attempt">The how-many-th load of that model it is.</param>
    public bool LoadFails(int model, int attempt) => Draw(0, model, attempt) < _options.LoadFailureShare;

    /// <summary>Whether a move to the device fails.</summary>
    /// <param name="model">The model.</param>
    /// <param name="attempt">The how-many-th move of that model it is.</param>
    public bool MoveFails(int model, int attempt) => Draw(1, model, attempt) < _options.MoveFailureShare;

    /// <summary>
    /// A number from 0 to 1 that depends on nothing but the arguments and the seed (Steele, Lea and Flood's SplitMix64, 2014).
    /// </summary>
    private double Draw(int what, int model, int attempt)
    {
        var state = (ulong)(uint)_options.Seed;
        foreach (var part in (ReadOnlySpan<int>)[what, model, attempt])
        {
            state = (state ^ (uint)part) + 0x9E3779B97F4A7C15;
            state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
            state ^= state >> 31;
        }

        return (state >> 11) / (double)(1UL << 53);
    }
}
