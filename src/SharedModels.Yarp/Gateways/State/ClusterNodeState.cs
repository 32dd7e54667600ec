using SharedModels.Routing.Nodes;

namespace SharedModels.Yarp.Gateways.State;

/// <summary>A node as a gateway sees it.</summary>
/// <param name="Node">What the router knows.</param>
/// <param name="Attempts">What became of the requests that the gateway has sent to the node.</param>
internal sealed record ClusterNodeState(NodeState Node, AttemptCounts Attempts);
