namespace SharedModels.Routing;

/// <summary>The reason why a node has rejected a request before it began.</summary>
public enum NodeRejection
{
    /// <summary>The expected wait on the node is longer than <see cref="NodeChoice.WaitBudget"/>.</summary>
    WaitTooLong,

    /// <summary>
    /// The node cannot accept the request however long it waits: a queue is full, a model is not available, or the node drains.
    /// </summary>
    Unavailable,
}
