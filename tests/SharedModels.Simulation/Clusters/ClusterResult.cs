namespace SharedModels.Simulation.Clusters;

/// <summary>The result of running a trace on a cluster. Waits, loads and moves of the warm-up are not included.</summary>
public sealed record ClusterResult
{
    /// <summary>The waits of the served requests, by arrival: until their holds began for the last time.</summary>
    public required IReadOnlyList<(TimeSpan Arrival, int Model, TimeSpan Wait)> Waits { get; init; }

    /// <summary>The number of requests that no node accepted.</summary>
    public required int Rejected { get; init; }

    /// <summary>The number of requests that were lost with their nodes and not tried again.</summary>
    public required int Failed { get; init; }

    /// <summary>The number of attempts that nodes rejected because of the wait budget.</summary>
    public required int Bounces { get; init; }

    /// <summary>The number of attempts that were lost with a node or a link.</summary>
    public required int BrokenAttempts { get; init; }

    /// <summary>The maximum number of broken attempts of one request.</summary>
    public required int MostBrokenAttempts { get; init; }

    /// <summary>The number of loads from disk.</summary>
    public required int Loads { get; init; }

    /// <summary>The number of loads of each model, including the warm-up.</summary>
    public required IReadOnlyList<int> LoadsOfModel { get; init; }

    /// <summary>The bytes that were moved to devices.</summary>
    public required long BytesMoved { get; init; }

    /// <summary>The number of nodes that a poison model crashed.</summary>
    public required int Crashes { get; init; }

    /// <summary>The time at which the last request ended.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>The mean wait.</summary>
    public TimeSpan MeanWait => Mean(Waits);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait => Waits.Max(static wait => wait.Wait);

    /// <summary>Returns the mean wait of the requests that arrived in an interval.</summary>
    /// <param name="from">The start.</param>
    /// <param name="to">The end.</param>
    public TimeSpan MeanWaitBetween(TimeSpan from, TimeSpan to) => Mean(Waits.Where(wait => wait.Arrival >= from && wait.Arrival < to));

    /// <summary>Returns the wait that the given share of the requests did not exceed.</summary>
    /// <param name="share">The share, from 0 to 1. 0.5 is the median.</param>
    /// <param name="from">The start of an interval of arrivals.</param>
    /// <param name="to">The end of the interval.</param>
    public TimeSpan WaitQuantile(double share, TimeSpan? from = null, TimeSpan? to = null)
    {
        var waits = Waits
            .Where(wait => wait.Arrival >= (from ?? TimeSpan.Zero) && wait.Arrival < (to ?? TimeSpan.MaxValue))
            .Select(static wait => wait.Wait)
            .Order()
            .ToList();
        return waits[(int)Math.Min(waits.Count - 1, share * waits.Count)];
    }

    private static TimeSpan Mean(IEnumerable<(TimeSpan Arrival, int Model, TimeSpan Wait)> waits) =>
        TimeSpan.FromSeconds(waits.Average(static wait => wait.Wait.TotalSeconds));
}
