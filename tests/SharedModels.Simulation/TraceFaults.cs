namespace SharedModels.Simulation;

/// <summary>The faults during a <see cref="Trace"/>. They do not depend on the policy that the trace is run with.</summary>
public sealed class TraceFaults
{
    private readonly TraceOptions _options;

    internal TraceFaults(TraceOptions options) => _options = options;

    /// <summary>No faults.</summary>
    public static TraceFaults None { get; } = new(new());

    /// <summary>The losses of the device, in order. The sequence is endless, unless the device is never lost.</summary>
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

    /// <summary>Returns true if a load fails.</summary>
    /// <param name="model">The model.</param>
    /// <param name="attempt">The index of the load among the loads of the model.</param>
    public bool LoadFails(int model, int attempt) => Draw(0, model, attempt) < _options.LoadFailureShare;

    /// <summary>Returns true if a move to the device fails.</summary>
    /// <param name="model">The model.</param>
    /// <param name="attempt">The index of the move among the moves of the model.</param>
    public bool MoveFails(int model, int attempt) => Draw(1, model, attempt) < _options.MoveFailureShare;

    /// <summary>
    /// Returns a number from 0 to 1 that depends only on the arguments and the seed (Steele, Lea and Flood's SplitMix64, 2014).
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
