using SharedModels.Routing.Nodes;

namespace SharedModels.Yarp.Gateways.State;

/// <summary>A node as a gateway sees it.</summary>
/// <param name="Node">The knowledge of the router.</param>
/// <param name="Attempts">The outcomes of the requests that the gateway has sent to the node.</param>
internal sealed record ClusterNodeState(NodeState Node, AttemptCounts Attempts);
