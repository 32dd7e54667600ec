namespace SharedModels.Clustering.Telemetry;

/// <summary>The end of an attempt to serve a request on a node.</summary>
internal enum AttemptOutcome
{
    /// <summary>The node has answered.</summary>
    Served,

    /// <summary>The node has rejected the request because its wait would be too long.</summary>
    WaitTooLong,

    /// <summary>The node has rejected the request because it cannot accept it.</summary>
    Unavailable,

    /// <summary>There was no connection to the node, so the request has not begun.</summary>
    Unreachable,

    /// <summary>The connection broke, so the request may have begun.</summary>
    Lost,

    /// <summary>The caller gave up.</summary>
    Canceled,

    /// <summary>The request could not be sent, or took too long on a node that reports.</summary>
    Failed,
}
