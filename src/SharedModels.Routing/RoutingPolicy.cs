namespace SharedModels.Routing;

/// <summary>The settings that the decisions of a <see cref="ModelRouter"/> depend on.</summary>
/// <remarks>The defaults are the result of simulations, and fit clusters from 2 to 1,000 nodes.</remarks>
public sealed record RoutingPolicy
{
    /// <summary>
    /// The weight of loading a model on one more node, as a multiple of the load time. It is shared by the requests that wait for the
    /// model, so it prevents loads for a single request, but not the copies that a model in demand needs.
    /// </summary>
    /// <value>The default is 2.</value>
    public double LoadWeight { get; init; } = 2;

    /// <summary>
    /// The number of nodes without the model that are compared for each request. The number grows with the number of nodes that have it.
    /// </summary>
    /// <value>The default is 4.</value>
    public int MinColdCandidates { get; init; } = 4;

    /// <summary>
    /// The maximum number of nodes with the model that are compared for each request. Among more nodes, a sample is drawn.
    /// </summary>
    /// <value>The default is 32.</value>
    public int MaxWarmCandidates { get; init; } = 32;

    /// <summary>The time that a node can exceed the wait of the second-best node before it rejects the request.</summary>
    /// <value>The default is 10 ms.</value>
    public TimeSpan WaitTolerance { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// The number of nodes that can reject a request because its wait would be too long. After that, the request waits on the best node
    /// however long it takes.
    /// </summary>
    /// <value>The default is 2.</value>
    public int MaxBounces { get; init; } = 2;

    /// <summary>The maximum number of nodes that a request is sent to, including the nodes that reject it.</summary>
    /// <value>The default is 6.</value>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>
    /// The maximum number of nodes that can be lost while they serve the same request. A request that crashes its node does not reach more
    /// nodes.
    /// </summary>
    /// <value>The default is 2.</value>
    public int MaxBrokenAttempts { get; init; } = 2;

    /// <summary>
    /// The time after which a node without reports is avoided. Nodes report at least once per second.
    /// </summary>
    /// <value>The default is 2.5 s.</value>
    public TimeSpan ReportTimeout { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>
    /// The time that a request takes to the node and into its next report. Requests that were sent more recently are added to the reported
    /// wait.
    /// </summary>
    /// <value>The default is 5 ms.</value>
    public TimeSpan ReportDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// The time that a node is avoided after its connection broke. It doubles after each further failure, up to
    /// <see cref="MaxBrokenDelay"/>.
    /// </summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan BrokenDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum time that a node is avoided after its connection broke several times.</summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan MaxBrokenDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The load time of a model that no node has measured.</summary>
    /// <value>The default is 2 s.</value>
    public TimeSpan UnknownArrival { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time that a request uses a device that has not measured it.</summary>
    /// <value>The default is 100 ms.</value>
    public TimeSpan UnknownHold { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The seed of the sample of nodes. Routers with different seeds choose differently among equal nodes.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;
}
