namespace SharedModels.Routing.Nodes;

/// <summary>A node that could serve a request.</summary>
/// <param name="Node">The node.</param>
/// <param name="Device">The device that determines the wait, or <see langword="null"/> if the node has not reported its devices.</param>
/// <param name="Kind">The state of the models on the node.</param>
/// <param name="Wait">The expected wait, in ticks.</param>
/// <param name="Cost">The wait and the weight of loads, in ticks. The node with the lowest cost is chosen.</param>
internal readonly record struct Candidate(KnownNode Node, KnownDevice? Device, NodeChoiceKind Kind, double Wait, double Cost);
