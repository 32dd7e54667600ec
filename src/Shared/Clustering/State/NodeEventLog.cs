using SharedModels.Routing.Nodes;

namespace SharedModels.Clustering.State;

/// <summary>The last changes of nodes. It is not thread-safe.</summary>
internal sealed class NodeEventLog(TimeProvider time)
{
    private const int MaxCount = 50;

    private readonly Dictionary<string, NodeStanding> _standings = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<NodeEvent> _events = [];

    /// <summary>Records an event if the readiness of the node has changed.</summary>
    public void Observe(string node, NodeStanding standing)
    {
        var earlier = _standings.GetValueOrDefault(node, NodeStanding.Silent);
        _standings[node] = standing;
        if (standing == earlier)
            return;
        if (_events.Count == MaxCount)
            _events.Dequeue();
        _events.Enqueue(new(time.GetUtcNow(), node, KindOf(node, earlier, standing)));
    }

    /// <summary>Records that the node has been removed.</summary>
    public void Forget(string node)
    {
        _standings.Remove(node);
        _known.Remove(node);
    }

    /// <summary>Returns the events, latest first.</summary>
    public IReadOnlyList<NodeEvent> Describe() => [.. _events.Reverse()];

    private NodeEventKind KindOf(string node, NodeStanding earlier, NodeStanding standing) => standing switch
    {
        NodeStanding.Live => _known.Add(node) ? NodeEventKind.Joined : NodeEventKind.Returned,
        NodeStanding.Draining => NodeEventKind.Draining,
        NodeStanding.Broken => NodeEventKind.Broken,
        _ => earlier == NodeStanding.Draining ? NodeEventKind.Stopped : NodeEventKind.Lost,
    };
}
