namespace SharedModels.Routing.Nodes;

/// <summary>The reason why one more node loads a model.</summary>
internal enum LoadReason
{
    /// <summary>No node has the model.</summary>
    First,

    /// <summary>The nodes that have the model are busier than it takes to load it.</summary>
    Spill,

    /// <summary>The nodes that have the model are about to stop.</summary>
    Drain,

    /// <summary>The nodes that have the model do not report, or their connections broke.</summary>
    Failover,
}
