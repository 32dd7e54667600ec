namespace SharedModels.Clustering.State;

/// <summary>A change of a node that people should know.</summary>
internal enum NodeEventKind
{
    /// <summary>The node has reported for the first time.</summary>
    Joined,

    /// <summary>The node reports again, or accepts connections again.</summary>
    Returned,

    /// <summary>The reports have ended, although the node did not drain.</summary>
    Lost,

    /// <summary>A connection broke or could not be opened.</summary>
    Broken,

    /// <summary>The node accepts no further requests, because it is about to stop.</summary>
    Draining,

    /// <summary>The node has stopped after it had drained.</summary>
    Stopped,
}
