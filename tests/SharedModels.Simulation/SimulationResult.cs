namespace SharedModels.Simulation;

/// <summary>How a trace went.</summary>
public sealed record SimulationResult
{
    /// <summary>How long each request that was served waited, in the order of arrival.</summary>
    public required IReadOnlyList<TimeSpan> Waits { get; init; }

    /// <summary>The requests in the order in which they were served.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>When the last request ended.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>
    /// Requests that were never served, because their model could not be brought to the device, or because that was out of service and the
    /// policy lets nobody wait for it.
    /// </summary>
    public int Rejected { get; init; }

    /// <summary>
    /// Requests whose service the loss of the device broke off; they count among those served, except for the throughput.
    /// </summary>
    public int Lost { get; init; }

    /// <summary>Moves to the device, those that failed included.</summary>
    public required int Moves { get; init; }

    /// <summary>Bytes copied to the device, and back where the policy does that.</summary>
    public required long BytesMoved { get; init; }

    /// <summary>Moves for which the device had too little memory left, because other processes had taken it.</summary>
    public int OutOfMemory { get; init; }

    /// <summary>The budgets that followed the first one, where other processes take memory.</summary>
    public IReadOnlyList<long> Budgets { get; init; } = [];

    /// <summary>Requests served to their end in a second.</summary>
    public double Throughput => (Waits.Count - Lost) / End.TotalSeconds;

    /// <summary>The mean wait.</summary>
    public TimeSpan MeanWait => TimeSpan.FromSeconds(Waits.Average(static wait => wait.TotalSeconds));

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait => Waits.Max();

    /// <summary>The wait that a share of the requests did not exceed.</summary>
    /// <param name="share">From 0 to 1: 0.5 for the median.</param>
    public TimeSpan WaitQuantile(double share) => Waits.Order().ElementAt((int)Math.Min(Waits.Count - 1, share * Waits.Count));
}
