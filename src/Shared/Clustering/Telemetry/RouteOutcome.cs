namespace SharedModels.Clustering.Telemetry;

/// <summary>The end of a request, after all its attempts.</summary>
internal enum RouteOutcome
{
    /// <summary>The first node has served the request with models that it had.</summary>
    Warm,

    /// <summary>The first node has loaded or moved a model for the request.</summary>
    Cold,

    /// <summary>The first node, whose state was not known, has served the request.</summary>
    Unknown,

    /// <summary>A node has served the request after others had rejected it because of their wait.</summary>
    Bounced,

    /// <summary>A node has served the request after another was lost, could not be reached, or could not accept it.</summary>
    Retried,

    /// <summary>No node has accepted the request. Clients of a gateway get 503.</summary>
    Rejected,

    /// <summary>The request may have begun on a node that was lost. Clients of a gateway get 502, or a part of the response.</summary>
    Lost,

    /// <summary>The caller gave up.</summary>
    Canceled,

    /// <summary>The request could not be sent, or took too long on a node that reports.</summary>
    Failed,
}
