namespace SharedModels.Clustering.State;

/// <summary>The outcomes of the requests that were sent to a node since the process started.</summary>
/// <param name="Sent">The requests that were sent, including requests that have not ended.</param>
/// <param name="Rejected">The requests that the node has rejected before they began.</param>
/// <param name="Unreachable">The requests for which there was no connection.</param>
/// <param name="Lost">The requests whose connection broke, so that they may have begun.</param>
internal sealed record AttemptCounts(long Sent, long Rejected, long Unreachable, long Lost);
