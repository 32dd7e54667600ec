namespace SharedModels.Clustering.State;

/// <summary>The cluster as a gateway or another caller sees it.</summary>
/// <param name="InFlight">The number of requests that were sent to nodes and that have not ended.</param>
/// <param name="Nodes">The nodes, in the order of their ids.</param>
internal sealed record ClusterState(int InFlight, IReadOnlyList<ClusterNodeState> Nodes);
