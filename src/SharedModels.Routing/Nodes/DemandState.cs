namespace SharedModels.Routing.Nodes;

/// <summary>The models of a demand, and the order of the nodes that serve all of them.</summary>
internal sealed class DemandState(ModelDemand demand, KnownModel[] models)
{
    private long _version = -1;

    public ModelDemand Demand => demand;

    public KnownModel[] Models => models;

    /// <summary>The nodes that serve the demand, in rendezvous order.</summary>
    public KnownNode[] Nodes { get; private set; } = [];

    /// <summary>Sorts the nodes again if a node has joined, left or changed its catalog.</summary>
    public void Refresh(IEnumerable<KnownNode> nodes, long version)
    {
        if (_version == version)
            return;
        _version = version;
        Nodes = RendezvousOrder.Sort(demand, nodes.Where(node => node.Catalog?.Serves(demand) == true));
    }
}
