namespace SharedModels.Yarp.Gateways.Telemetry;

/// <summary>The end of a request, after all its attempts.</summary>
internal enum RouteOutcome
{
    /// <summary>The first node has served the request with models that it had.</summary>
    Warm,

    /// <summary>The first node has loaded or moved a model for the request.</summary>
    Cold,

    /// <summary>The first node has served the request, and the gateway did not know its state.</summary>
    Unknown,

    /// <summary>A node has served the request after others had rejected it because of their wait.</summary>
    Bounced,

    /// <summary>A node has served the request after another was lost, could not be reached, or could not accept it.</summary>
    Retried,

    /// <summary>No node has accepted the request. The client gets 503.</summary>
    Rejected,

    /// <summary>The request may have begun on a node that was lost. The client gets 502, or a part of the response.</summary>
    Lost,

    /// <summary>The client gave up.</summary>
    Canceled,

    /// <summary>The gateway could not send the request.</summary>
    Failed,
}
