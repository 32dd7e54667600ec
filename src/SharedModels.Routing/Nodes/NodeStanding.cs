namespace SharedModels.Routing.Nodes;

/// <summary>The readiness of a node for new requests, in the order of preference.</summary>
internal enum NodeStanding
{
    /// <summary>The node reports and accepts requests.</summary>
    Live,

    /// <summary>The node has never reported, or not in time. It may be hung, or only its reports may be lost.</summary>
    Silent,

    /// <summary>The connection to the node broke recently.</summary>
    Broken,

    /// <summary>The node rejects new requests because it is about to stop.</summary>
    Draining,
}
