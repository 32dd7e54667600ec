using SharedModels.Routing.Nodes;

namespace SharedModels.Clustering.State;

/// <summary>A node as a gateway or another caller sees it.</summary>
/// <param name="Node">The knowledge of the router.</param>
/// <param name="Attempts">The outcomes of the requests that were sent to the node.</param>
internal sealed record ClusterNodeState(NodeState Node, AttemptCounts Attempts);
