namespace SharedModels.Routing.Nodes;

/// <summary>The known state of a model on all nodes.</summary>
internal sealed class KnownModel(string id)
{
    private readonly List<KnownPlacement> _present = [];

    public string Id => id;

    /// <summary>The nodes that have the model in memory or on its way.</summary>
    public IReadOnlyList<KnownPlacement> Present => _present;

    /// <summary>The number of nodes that have the model on a device or on its way to one.</summary>
    public int Replicas { get; private set; }

    /// <summary>The number of nodes that the model is on its way to a device of.</summary>
    public int Arriving { get; private set; }

    /// <summary>The number of requests that wait for the model on all nodes, as reported.</summary>
    public int Queued { get; private set; }

    /// <summary>The load time that was measured last on any node, in ticks, or <see langword="null"/>.</summary>
    public long? LoadTicks { get; set; }

    /// <summary>The size that was reported last, or 0.</summary>
    public long Bytes { get; set; }

    /// <summary>Adds, keeps or removes a node after its placement has changed.</summary>
    public void Update(KnownPlacement placement)
    {
        Count(placement.Counted, -placement.CountedQueue, -1);
        (placement.Counted, placement.CountedQueue) = (placement.Presence, placement.Queued);
        Count(placement.Counted, placement.CountedQueue, 1);
        var isPresent = placement.Presence != ModelPresence.Absent;
        if (isPresent && placement.Index < 0)
        {
            placement.Index = _present.Count;
            _present.Add(placement);
        }
        else if (!isPresent && placement.Index >= 0)
        {
            var last = _present[^1];
            _present[placement.Index] = last;
            last.Index = placement.Index;
            _present.RemoveAt(_present.Count - 1);
            placement.Index = -1;
        }
    }

    /// <summary>Returns the reason why one more node loads the model.</summary>
    public LoadReason WhyLoad(long now, RoutingPolicy policy)
    {
        var reason = LoadReason.First;
        foreach (var placement in _present)
        {
            if (!placement.IsReplica)
                continue;
            switch (placement.Node.StandingAt(now, policy))
            {
                case NodeStanding.Live:
                    return LoadReason.Spill;
                case NodeStanding.Draining:
                    reason = LoadReason.Drain;
                    break;
                default:
                    reason = reason == LoadReason.Drain ? reason : LoadReason.Failover;
                    break;
            }
        }

        return reason;
    }

    private void Count(ModelPresence presence, int queued, int change)
    {
        Queued += queued;
        Replicas += presence is ModelPresence.Resident or ModelPresence.Arriving ? change : 0;
        Arriving += presence == ModelPresence.Arriving ? change : 0;
    }
}
