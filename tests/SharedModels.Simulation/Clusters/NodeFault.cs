namespace SharedModels.Simulation.Clusters;

/// <summary>A fault of a node, or of the link between a router and a node.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Node">The index of the node.</param>
/// <param name="At">The start of the fault.</param>
/// <param name="Duration">The duration. A killed node starts again after it, with nothing in memory.</param>
/// <param name="Router">The index of the router, for <see cref="NodeFaultKind.CutLink"/>.</param>
public sealed record NodeFault(NodeFaultKind Kind, int Node, TimeSpan At, TimeSpan Duration, int Router = 0);
