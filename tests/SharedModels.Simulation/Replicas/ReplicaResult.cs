namespace SharedModels.Simulation.Replicas;

/// <summary>The result of running a trace on several devices.</summary>
public sealed record ReplicaResult
{
    /// <summary>The time from the arrival of each request to its grant, in the order of arrival.</summary>
    public required IReadOnlyList<TimeSpan> Waits { get; init; }

    /// <summary>The number of moves of models to devices.</summary>
    public required int Moves { get; init; }

    /// <summary>The time from the first arrival to the end of the last request.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The mean wait.</summary>
    public TimeSpan Mean => MeanOf(Waits);

    /// <summary>The number of requests per second.</summary>
    public double Throughput => Waits.Count / Duration.TotalSeconds;

    /// <summary>Returns the wait that the given share of the requests did not exceed.</summary>
    /// <param name="share">The share, from 0 to 1.</param>
    public TimeSpan Quantile(double share) => Waits.Order().ElementAt((int)Math.Min(Waits.Count - 1, share * Waits.Count));

    /// <summary>Returns the mean of waits.</summary>
    /// <param name="waits">The waits.</param>
    public static TimeSpan MeanOf(IEnumerable<TimeSpan> waits) =>
        TimeSpan.FromTicks((long)waits.Average(static wait => wait.Ticks));
}
