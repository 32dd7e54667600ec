namespace SharedModels.Clustering.State;

/// <summary>A change of a node.</summary>
/// <param name="Time">The time of the change.</param>
/// <param name="Node">The address of the node.</param>
/// <param name="Kind">The change.</param>
internal sealed record NodeEvent(DateTimeOffset Time, string Node, NodeEventKind Kind);
