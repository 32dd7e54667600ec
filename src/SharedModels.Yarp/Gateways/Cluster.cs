using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SharedModels.Routing;
using SharedModels.Routing.Nodes;
using SharedModels.Yarp.Gateways.State;

namespace SharedModels.Yarp.Gateways;

/// <summary>The nodes of the cluster and the router, which is used by one thread at a time.</summary>
internal sealed class Cluster : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ModelRouter _router = new(new() { Seed = Environment.ProcessId });
    private readonly TimeProvider _time;
    private readonly Dictionary<string, ClusterNode> _nodes;
    private readonly NodeEventLog _events;

    public Cluster(IOptions<ClusterOptions> options, TimeProvider time)
    {
        _time = time;
        _events = new(time);
        _nodes = options.Value.Nodes
            .Select(static address => address.TrimEnd('/'))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static address => address, static address => new ClusterNode(address), StringComparer.OrdinalIgnoreCase);
        foreach (var node in _nodes.Keys)
            _router.AddNode(node);
    }

    public IReadOnlyCollection<ClusterNode> Nodes => _nodes.Values;

    /// <summary>The time after which a node without reports is left.</summary>
    public TimeSpan ReportTimeout => _router.Policy.ReportTimeout;

    private long Now => _time.GetElapsedTime(0).Ticks;

    public ClusterNode this[string address] => _nodes[address];

    /// <summary>
    /// Returns what a request needs, or <see langword="null"/> if no node has an endpoint or the models for it. As long as no node has
    /// reported its endpoints, requests for the same path go to the same nodes.
    /// </summary>
    public RoutedEndpoint? Find(HttpRequest request)
    {
        var isKnown = false;

        // The endpoints of a node that has been gone for long can be out of date.
        foreach (var isConnected in (bool[])[true, false])
        {
            foreach (var node in _nodes.Values)
            {
                if (node.IsConnected != isConnected)
                    continue;
                if (node.Find(request) is { } found && CanServe(found.Demand, out var isServed))
                    return found with { IsKnown = isServed };
                isKnown |= node.HasEndpoints;
            }
        }

        return isKnown ? null : new(new(request.Path.HasValue ? request.Path.Value : "/"), AllowsRetry: false, IsKnown: false);
    }

    public void Report(ClusterNode node, NodeReport report)
    {
        lock (_lock)
        {
            _router.Report(report with { Node = node.Address }, Now);
            Observe(node);
        }
    }

    public void Disconnect(ClusterNode node)
    {
        lock (_lock)
        {
            _router.Disconnected(node.Address);
            Observe(node);
        }

        node.Disconnect();
    }

    /// <summary>Chooses the next node of a request and records that the request is sent there.</summary>
    /// <param name="route">The request.</param>
    /// <param name="loads">Receives the loads that the request causes, if they are needed.</param>
    public NodeChoice? Send(ModelRoute route, List<(string Model, LoadReason Reason)>? loads = null)
    {
        lock (_lock)
        {
            var now = Now;
            var choice = _router.Choose(route, now);
            if (choice is not { } chosen)
                return null;
            loads?.AddRange(_router.LoadsOf(route, now));
            _router.Sent(route, now);
            this[chosen.Node].Sent();
            return chosen;
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

    public void Reject(ModelRoute route, ClusterNode node, NodeRejection rejection)
    {
        lock (_lock)
        {
            _router.Rejected(route, rejection);
            node.Rejected();
        }
    }

    public void Break(ModelRoute route, ClusterNode node)
    {
        lock (_lock)
        {
            _router.Broken(route, Now);
            node.Lost();
            Observe(node);
        }
    }

    public void Miss(ModelRoute route, ClusterNode node)
    {
        lock (_lock)
        {
            _router.Unreachable(route, Now);
            node.Missed();
            Observe(node);
        }
    }

    /// <summary>Describes the cluster to people.</summary>
    public ClusterState Describe()
    {
        lock (_lock)
            return new(_router.InFlight, [.. _router.Describe(Now).Select(node => new ClusterNodeState(node, this[node.Node].Attempts))]);
    }

    /// <summary>Returns the last changes of nodes, latest first.</summary>
    public IReadOnlyList<NodeEvent> DescribeEvents()
    {
        lock (_lock)
            return _events.Describe();
    }

    private void Observe(ClusterNode node) => _events.Observe(node.Address, _router.StandingOf(node.Address, Now));

    private bool CanServe(ModelDemand demand, out bool isServed)
    {
        lock (_lock)
        {
            isServed = _router.IsServed(demand);
            return isServed || _router.CanServe(demand);
        }
    }

    public void Dispose()
    {
        foreach (var node in _nodes.Values)
            node.Dispose();
    }
}
