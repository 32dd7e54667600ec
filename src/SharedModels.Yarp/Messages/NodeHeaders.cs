namespace SharedModels.Yarp.Messages;

/// <summary>The headers that gateways and nodes exchange.</summary>
internal static class NodeHeaders
{
    /// <summary>The path of the report stream below the prefix of <c>MapSharedModelsNode</c>.</summary>
    public const string ReportsPath = "/reports";

    public const string DefaultPrefix = "/sharedmodels/node";

    /// <summary>
    /// The expected wait, in milliseconds, from which on the node rejects the request, or <c>any</c>. A request without it was not sent by
    /// a gateway.
    /// </summary>
    public const string WaitBudget = "SharedModels-Wait-Budget";

    public const string AnyWait = "any";

    /// <summary>The time that a request of a gateway waited for leases before its response began, in milliseconds.</summary>
    public const string Waited = "SharedModels-Waited";

    /// <summary>The reason of a rejection before the request began: a name of <see cref="Routing.NodeRejection"/>.</summary>
    public const string Rejected = "SharedModels-Rejected";

    /// <summary>The devices of the node that rejected the request, as JSON.</summary>
    public const string Report = "SharedModels-Report";
}
