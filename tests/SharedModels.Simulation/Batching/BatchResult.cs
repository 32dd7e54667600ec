namespace SharedModels.Simulation.Batching;

/// <summary>The result of running a trace in batches.</summary>
public sealed record BatchResult
{
    /// <summary>The time from the arrival of each input to its output, in the order of arrival.</summary>
    public required IReadOnlyList<TimeSpan> Latencies { get; init; }

    /// <summary>The number of batches.</summary>
    public required int Batches { get; init; }

    /// <summary>The number of moves of models to the device.</summary>
    public required int Moves { get; init; }

    /// <summary>The end of the last batch.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>The mean latency.</summary>
    public TimeSpan Mean => TimeSpan.FromTicks((long)Latencies.Average(static latency => latency.Ticks));

    /// <summary>The longest latency.</summary>
    public TimeSpan Longest => Latencies.Max();

    /// <summary>The mean number of inputs in a batch.</summary>
    public double MeanSize => (double)Latencies.Count / Batches;

    /// <summary>The number of outputs per second.</summary>
    public double Throughput => Latencies.Count / End.TotalSeconds;

    /// <summary>Returns the latency that the given share of the inputs did not exceed.</summary>
    /// <param name="share">The share, from 0 to 1.</param>
    public TimeSpan Quantile(double share) => Latencies.Order().ElementAt((int)Math.Min(Latencies.Count - 1, share * Latencies.Count));
}
