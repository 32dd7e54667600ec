namespace SharedModels.Routing;

/// <summary>The node that a request is sent to.</summary>
/// <param name="Node">The id of the node.</param>
/// <param name="Kind">The state of the models on the node.</param>
/// <param name="ExpectedWait">The expected wait on the node, including the time until the models are on a device.</param>
/// <param name="WaitBudget">
/// The expected wait from which on the node must reject the request, because another node is better, or <see langword="null"/> if the
/// request waits on this node however long it takes.
/// </param>
public readonly record struct NodeChoice(string Node, NodeChoiceKind Kind, TimeSpan ExpectedWait, TimeSpan? WaitBudget);
