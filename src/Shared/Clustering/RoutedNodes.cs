using SharedModels.Clustering.State;
using SharedModels.Routing;
using SharedModels.Routing.Nodes;

namespace SharedModels.Clustering;

/// <summary>
/// The nodes that requests are sent to, by their ids, and the router, which is used by one thread at a time. It is thread-safe.
/// </summary>
/// <typeparam name="TNode">The object that represents a node.</typeparam>
internal abstract class RoutedNodes<TNode>(RoutingPolicy policy, TimeProvider time)
    where TNode : class
{
    private readonly Lock _lock = new();
    private readonly ModelRouter _router = new(policy);
    private readonly Dictionary<string, Entry> _nodes = new(StringComparer.Ordinal);
    private readonly NodeEventLog _events = new(time);

    /// <summary>The time after which a node without reports is left.</summary>
    public TimeSpan ReportTimeout => _router.Policy.ReportTimeout;

    public IReadOnlyList<TNode> Nodes
    {
        get
        {
            lock (_lock)
                return [.. _nodes.Values.Select(static entry => entry.Node)];
        }
    }

    private long Now => time.GetElapsedTime(0).Ticks;

    /// <summary>Receives a report of a node. A late report does not bring a node back that has been removed.</summary>
    public void Report(string id, NodeReport report)
    {
        lock (_lock)
        {
            if (!_nodes.ContainsKey(id))
                return;
            _router.Report(report with { Node = id }, Now);
            Observe(id);
        }
    }

    /// <summary>Returns true if a node serves the models, or may serve them.</summary>
    public bool CanServe(ModelDemand demand)
    {
        lock (_lock)
            return _router.CanServe(demand);
    }

    /// <summary>Returns true if a node that has reported serves the models.</summary>
    public bool IsServed(ModelDemand demand)
    {
        lock (_lock)
            return _router.IsServed(demand);
    }

    /// <summary>Chooses the next node of a request and records that the request is sent there.</summary>
    /// <param name="route">The request.</param>
    /// <param name="begin">Begins the attempt. The node cannot be removed before it returns.</param>
    /// <param name="loads">Receives the loads that the request causes, if they are needed.</param>
    public (TAttempt Attempt, NodeChoice Choice)? Send<TAttempt>(
        ModelRoute route, Func<TNode, TAttempt> begin, List<(string Model, LoadReason Reason)>? loads = null)
    {
        lock (_lock)
        {
            var now = Now;
            if (_router.Choose(route, now) is not { } choice)
                return null;
            loads?.AddRange(_router.LoadsOf(route, now));
            _router.Sent(route, now);
            var entry = _nodes[choice.Node];
            entry.Attempts = entry.Attempts with { Sent = entry.Attempts.Sent + 1 };
            return (begin(entry.Node), choice);
        }
    }

    public void End(ModelRoute route)
    {
        lock (_lock)
            _router.Ended(route);
    }

    public void Cancel(ModelRoute route)
    {
        lock (_lock)
            _router.Canceled(route);
    }

    public void Reject(ModelRoute route, NodeRejection rejection)
    {
        lock (_lock)
        {
            Count(route, static attempts => attempts with { Rejected = attempts.Rejected + 1 });
            _router.Rejected(route, rejection);
        }
    }

    public void Break(ModelRoute route)
    {
        lock (_lock)
        {
            var node = Count(route, static attempts => attempts with { Lost = attempts.Lost + 1 });
            _router.Broken(route, Now);
            Observe(node);
        }
    }

    public void Miss(ModelRoute route)
    {
        lock (_lock)
        {
            var node = Count(route, static attempts => attempts with { Unreachable = attempts.Unreachable + 1 });
            _router.Unreachable(route, Now);
            Observe(node);
        }
    }

    /// <summary>Describes the cluster to people.</summary>
    public ClusterState Describe()
    {
        lock (_lock)
        {
            return new(
                _router.InFlight, [.. _router.Describe(Now).Select(node => new ClusterNodeState(node, _nodes[node.Node].Attempts))]);
        }
    }

    /// <summary>Returns the last changes of nodes, latest first.</summary>
    public IReadOnlyList<NodeEvent> DescribeEvents()
    {
        lock (_lock)
            return _events.Describe();
    }

    protected void Add(string id, TNode node)
    {
        lock (_lock)
        {
            _nodes.Add(id, new(node));
            _router.AddNode(id);
        }
    }

    protected void Remove(string id)
    {
        lock (_lock)
        {
            _nodes.Remove(id);
            _router.RemoveNode(id);
            _events.Forget(id);
        }
    }

    /// <summary>Records that the reports of a node have ended.</summary>
    /// <param name="id">The node.</param>
    /// <param name="isForgotten">True if the router does not use the node until it reports again.</param>
    protected void Disconnect(string id, bool isForgotten = false)
    {
        lock (_lock)
        {
            if (isForgotten)
                _router.RemoveNode(id);
            else
                _router.Disconnected(id);
            Observe(id);
        }
    }

    private string Count(ModelRoute route, Func<AttemptCounts, AttemptCounts> add)
    {
        var id = route.Current!.Value.Node.Id;
        if (_nodes.TryGetValue(id, out var entry))
            entry.Attempts = add(entry.Attempts);
        return id;
    }

    private void Observe(string id)
    {
        if (_nodes.ContainsKey(id))
            _events.Observe(id, _router.StandingOf(id, Now));
    }

    private sealed class Entry(TNode node)
    {
        public TNode Node => node;

        public AttemptCounts Attempts { get; set; } = new(0, 0, 0, 0);
    }
}
