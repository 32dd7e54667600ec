namespace SharedModels.Simulation.Clusters;

/// <summary>The nodes, routers and faults of a simulated cluster.</summary>
public sealed record ClusterOptions
{
    /// <summary>The nodes.</summary>
    /// <value>The default is 100 nodes with the default hardware.</value>
    public IReadOnlyList<SimulatedNodeOptions> Nodes { get; init; } = [.. Enumerable.Repeat(new SimulatedNodeOptions(), 100)];

    /// <summary>The number of routers. Requests arrive at them at random.</summary>
    public int Routers { get; init; } = 16;

    /// <summary>The time between two reports of a node.</summary>
    /// <value>The default is 250 ms. <see cref="Timeout.InfiniteTimeSpan"/> means that nodes never report.</value>
    public TimeSpan ReportPeriod { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The time that a message takes from a router to a node or back.</summary>
    public TimeSpan LinkDelay { get; init; } = TimeSpan.FromMilliseconds(0.5);

    /// <summary>The time after which a router notices that a node does not answer.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>The faults.</summary>
    public IReadOnlyList<NodeFault> Faults { get; init; } = [];

    /// <summary>The time at the start of the trace that is left out of the result.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>The models that have crashed every node that serves them, as indices.</summary>
    public IReadOnlySet<int> PoisonModels { get; init; } = new HashSet<int>();

    /// <summary>Creates requests that use the given share of the devices' time.</summary>
    /// <param name="options">The models and the number of requests. The mean interval is set.</param>
    /// <param name="utilization">The share of the time that all holds would take by themselves.</param>
    public Trace CreateTrace(TraceOptions options, double utilization)
    {
        ArgumentNullException.ThrowIfNull(options);
        var meanHold = options.MedianHold * Math.Exp(options.HoldSpread * options.HoldSpread / 2);
        var capacity = Nodes.Sum(static node => node.DeviceBytes.Count * node.Speed);
        return Trace.Create(options with { MeanInterval = meanHold / (utilization * capacity) });
    }
}
