namespace SharedModels.Yarp.Gateways.State;

/// <summary>The cluster as a gateway sees it.</summary>
/// <param name="InFlight">The number of requests that the gateway has sent to nodes and that have not ended.</param>
/// <param name="Nodes">The nodes, in the order of their addresses.</param>
internal sealed record ClusterState(int InFlight, IReadOnlyList<ClusterNodeState> Nodes);
