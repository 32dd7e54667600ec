namespace SharedModels.Simulation.Clusters;

/// <summary>The kinds of <see cref="NodeFault"/>.</summary>
public enum NodeFaultKind
{
    /// <summary>The process ends, and its connections break.</summary>
    Kill,

    /// <summary>The process stops without closing its connections, and continues after the fault.</summary>
    Hang,

    /// <summary>Nothing passes between one router and the node. Other routers are not affected.</summary>
    CutLink,
}
