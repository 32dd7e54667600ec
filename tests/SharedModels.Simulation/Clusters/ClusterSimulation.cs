using SharedModels.Routing;

namespace SharedModels.Simulation.Clusters;

/// <summary>
/// Runs a trace through several routers and nodes in virtual time. The result depends only on the arguments.
/// </summary>
/// <remarks>
/// Messages take time, so the routers act on old reports. A request that is lost with its node is tried again on another one, as an
/// endpoint that allows it.
/// </remarks>
public sealed class ClusterSimulation
{
    private readonly EventQueue _events = new();
    private readonly Trace _trace;
    private readonly ClusterOptions _options;
    private readonly IClusterRouter[] _routers;
    private readonly SimulatedNode?[] _nodes;
    private readonly string[] _modelIds;
    private readonly ModelDemand[] _demands;
    private readonly HashSet<(int Router, int Node)> _cutLinks = [];

    // The requests of each router on each node, which break with the node or the link.
    private readonly Dictionary<(int Router, int Node), HashSet<ClusterRequest>> _inFlight = [];

    private ClusterSimulation(Trace trace, ClusterOptions options, ClusterRule rule)
    {
        (_trace, _options, Log) = (trace, options, new(trace, options));
        _modelIds = [.. trace.ModelBytes.Select((_, index) => ModelId(index))];
        _demands = [.. _modelIds.Select(static id => new ModelDemand(id))];
        string[] nodes = [.. options.Nodes.Select((_, index) => NodeId(index))];
        _routers = [.. Enumerable.Range(1, options.Routers).Select(seed => rule.CreateRouter(seed, nodes))];
        _nodes = [.. options.Nodes.Select((node, index) => new SimulatedNode(this, index, node))];
    }

    internal TimeSpan Now => _events.Now;

    internal ClusterLog Log { get; }

    internal IReadOnlyList<string> ModelIds => _modelIds;

    /// <summary>Runs a trace until every request has been served or given up.</summary>
    /// <param name="trace">The models and the requests.</param>
    /// <param name="options">The cluster.</param>
    /// <param name="rule">The rule that chooses the nodes.</param>
    public static ClusterResult Run(Trace trace, ClusterOptions options, ClusterRule rule)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rule);
        return new ClusterSimulation(trace, options, rule).Run();
    }

    internal static string ModelId(int index) => $"m{index}";

    internal static string NodeId(int index) => $"n{index}";

    internal void At(TimeSpan time, Action action) => _events.At(time, action);

    internal long BytesOf(int model) => _trace.ModelBytes[model];

    internal TimeSpan HoldOf(ClusterRequest request) => _trace.Requests[request.Index].Hold;

    internal bool IsPoison(int model) => _options.PoisonModels.Contains(model);

    /// <summary>Sends the result of a hold to the router.</summary>
    internal void Answer(SimulatedNode node, ClusterRequest request, int attempt, TimeSpan servedAt) =>
        SendBack(node, request, attempt, () =>
        {
            request.ServedAt = servedAt;
            End(request);
            _routers[request.Router].Ended(request);
            Log.Serve(request);
        });

    /// <summary>Sends a rejection with a report to the router, which sends the request to another node.</summary>
    internal void Reject(SimulatedNode node, ClusterRequest request, int attempt, NodeRejection rejection)
    {
        var report = node.CreateLoadReport();
        SendBack(node, request, attempt, () =>
        {
            End(request);
            var router = _routers[request.Router];
            router.Report(report, Now.Ticks);
            router.Rejected(request, rejection);
            Log.Bounce(Now);
            Send(request);
        });
    }

    /// <summary>Kills a node, and starts it again after a second.</summary>
    internal void Crash(SimulatedNode node)
    {
        Log.Crash();
        Kill(node.Index, TimeSpan.FromSeconds(1));
    }

    private ClusterResult Run()
    {
        foreach (var node in _nodes)
            Report(node!, isComplete: true, _events.Now);
        for (var i = 0; i < _nodes.Length && _options.ReportPeriod != Timeout.InfiniteTimeSpan; i++)
            PlanReport(i, _options.ReportPeriod * (i + 1) / _nodes.Length);
        foreach (var fault in _options.Faults)
            At(fault.At, () => Begin(fault));
        var random = new Random(7);
        for (var i = 0; i < _trace.Requests.Count; i++)
        {
            var (arrival, model, _) = _trace.Requests[i];
            var request = new ClusterRequest(i, model, random.Next(_routers.Length), new(_demands[model]));
            At(arrival, () => Send(request));
        }

        while (!Log.IsComplete && _events.TryAdvance())
        {
        }

        return Log.ToResult(Now);
    }

    private void PlanReport(int index, TimeSpan at) => At(at, () =>
    {
        if (_nodes[index] is { IsHung: false } node)
            Report(node, isComplete: false, Now + _options.LinkDelay);
        PlanReport(index, Now + _options.ReportPeriod);
    });

    private void Report(SimulatedNode node, bool isComplete, TimeSpan at)
    {
        if (_options.ReportPeriod == Timeout.InfiniteTimeSpan)
            return;
        var report = node.CreateReport(isComplete);
        At(at, () =>
        {
            for (var router = 0; router < _routers.Length; router++)
            {
                if (!_cutLinks.Contains((router, node.Index)))
                    _routers[router].Report(report, Now.Ticks);
            }
        });
    }

    private void Send(ClusterRequest request)
    {
        if (_routers[request.Router].Send(request, Now.Ticks) is not { } choice)
        {
            if (request.BrokenAttempts > 0)
                Log.Fail();
            else
                Log.Reject(request);
            return;
        }

        var index = int.Parse(choice.Node.AsSpan(1));
        var attempt = ++request.Attempt;
        request.Node = choice.Node;
        if (!_inFlight.TryGetValue((request.Router, index), out var inFlight))
            _inFlight.Add((request.Router, index), inFlight = []);
        inFlight.Add(request);
        if (_cutLinks.Contains((request.Router, index)))
        {
            At(Now + _options.SilenceTimeout, () => BreakIfCurrent(request, attempt));
            return;
        }

        At(Now + _options.LinkDelay, () => Receive(index, request, attempt, choice.WaitBudget));
    }

    private void Receive(int index, ClusterRequest request, int attempt, TimeSpan? budget)
    {
        if (request.Attempt != attempt)
            return;
        if (_nodes[index] is not { } node)
        {
            At(Now + _options.LinkDelay, () => BreakIfCurrent(request, attempt));
        }
        else if (node.IsHung)
        {
            At(Now + _options.SilenceTimeout, () => BreakIfCurrent(request, attempt));
        }
        else if (node.Receive(request, budget) is { } rejection)
        {
            Reject(node, request, attempt, rejection);
        }
    }

    private void SendBack(SimulatedNode node, ClusterRequest request, int attempt, Action receive) => At(Now + _options.LinkDelay, () =>
    {
        if (request.Attempt == attempt && request.Node == node.Id && !_cutLinks.Contains((request.Router, node.Index)))
            receive();
    });

    private void End(ClusterRequest request)
    {
        _inFlight[(request.Router, int.Parse(request.Node.AsSpan(1)))].Remove(request);
        request.Node = null;
    }

    private void BreakIfCurrent(ClusterRequest request, int attempt)
    {
        if (request.Attempt != attempt || request.Node is null)
            return;
        Log.Break(request);
        _routers[request.Router].Broken(request, Now.Ticks);
        End(request);
        request.Attempt++;
        Send(request);
    }

    private void BreakAll(int router, int node)
    {
        _routers[router].Disconnected(NodeId(node));
        if (!_inFlight.TryGetValue((router, node), out var requests))
            return;
        foreach (var request in requests.OrderBy(static request => request.Index).ToList())
            BreakIfCurrent(request, request.Attempt);
    }

    private void Begin(NodeFault fault)
    {
        switch (fault.Kind)
        {
            case NodeFaultKind.Kill:
                Kill(fault.Node, fault.Duration);
                break;
            case NodeFaultKind.Hang:
                _nodes[fault.Node]?.Hang(Now + fault.Duration);
                for (var router = 0; router < _routers.Length; router++)
                    LoseSilently(router, fault);
                break;
            case NodeFaultKind.CutLink:
                _cutLinks.Add((fault.Router, fault.Node));
                At(Now + fault.Duration, () => _cutLinks.Remove((fault.Router, fault.Node)));
                LoseSilently(fault.Router, fault);
                break;
        }
    }

    /// <summary>Lets a router notice after a while that a node is silent, and connect again after the fault.</summary>
    private void LoseSilently(int router, NodeFault fault)
    {
        if (fault.Duration > _options.SilenceTimeout)
            At(Now + _options.SilenceTimeout, () => BreakAll(router, fault.Node));
        At(Now + fault.Duration + _options.LinkDelay, () => Reconnect(router, fault.Node));
    }

    private void Kill(int index, TimeSpan duration)
    {
        if (_nodes[index] is not { } node)
            return;
        node.Kill();
        _nodes[index] = null;
        At(Now + _options.LinkDelay, () =>
        {
            for (var router = 0; router < _routers.Length; router++)
                BreakAll(router, index);
        });
        At(Now + duration, () =>
        {
            var started = new SimulatedNode(this, index, _options.Nodes[index]);
            _nodes[index] = started;
            Report(started, isComplete: true, Now + _options.LinkDelay);
        });
    }

    private void Reconnect(int router, int index)
    {
        if (_nodes[index] is { } node && _options.ReportPeriod != Timeout.InfiniteTimeSpan)
            _routers[router].Report(node.CreateReport(isComplete: true), Now.Ticks);
    }
}
