using SharedModels.Routing;

namespace SharedModels.Yarp.Messages;

/// <summary>An event of a node's report stream.</summary>
/// <param name="Report">The report. The gateway replaces the name of the node with the address that it knows the node by.</param>
/// <param name="Endpoints">The endpoints, with the first report of a stream.</param>
internal sealed record NodeMessage(NodeReport Report, IReadOnlyList<NodeEndpoint>? Endpoints = null);
