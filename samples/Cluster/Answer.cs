namespace ClusterSample;

/// <param name="Score">The result of the model.</param>
/// <param name="Node">The port of the node that computed it.</param>
internal sealed record Answer(double Score, int Node);
