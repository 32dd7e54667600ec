namespace SharedModels.Simulation;

/// <summary>The result of running a trace.</summary>
public sealed record SimulationResult
{
    /// <summary>The waiting time of each served request, in the order of arrival.</summary>
    public required IReadOnlyList<TimeSpan> Waits { get; init; }

    /// <summary>The requests in the order in which they were served.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>The time at which the last request ended.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>
    /// The number of requests that were never served, because their model could not be moved to the device, or because the device was out
    /// of service and the policy does not let requests wait for it.
    /// </summary>
    public int Rejected { get; init; }

    /// <summary>
    /// The number of requests that were interrupted by a loss of the device. They count as served, except in the throughput.
    /// </summary>
    public int Lost { get; init; }

    /// <summary>The number of moves to the device, including failed moves.</summary>
    public required int Moves { get; init; }

    /// <summary>The bytes copied to the device, and back if the policy copies models back.</summary>
    public required long BytesMoved { get; init; }

    /// <summary>The number of moves that failed because other processes had taken the device's memory.</summary>
    public int OutOfMemory { get; init; }

    /// <summary>The budgets after the initial one, if other processes take memory.</summary>
    public IReadOnlyList<long> Budgets { get; init; } = [];

    /// <summary>The number of requests served to their end, per second.</summary>
    public double Throughput => (Waits.Count - Lost) / End.TotalSeconds;

    /// <summary>The mean wait.</summary>
    public TimeSpan MeanWait => TimeSpan.FromSeconds(Waits.Average(static wait => wait.TotalSeconds));

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait => Waits.Max();

    /// <summary>Returns the wait that the given share of the requests did not exceed.</summary>
    /// <param name="share">The share, from 0 to 1. 0.5 is the median.</param>
    public TimeSpan WaitQuantile(double share) => Waits.Order().ElementAt((int)Math.Min(Waits.Count - 1, share * Waits.Count));
}
