using SharedModels.Routing.Nodes;

namespace SharedModels.Routing;

/// <summary>
/// Chooses the node that serves a request soonest. Reports of nodes and the progress of requests are method calls, and the time is an
/// argument.
/// </summary>
/// <remarks>
/// <para>The router has no clock, locks, tasks or network. It is not thread-safe. Several routers can send to the same nodes: they agree
/// on the nodes that load a model without communication, and nodes reject requests whose wait has become too long.</para>
/// <para>For each request, call <see cref="Choose"/>, <see cref="Sent"/>, and then one of <see cref="Ended"/>, <see cref="Canceled"/>,
/// <see cref="Rejected"/>, <see cref="Unreachable"/> and <see cref="Broken"/>. After the last three, <see cref="Choose"/> returns the next
/// node, if another attempt is allowed and useful.</para>
/// <para>Times are in ticks of 100 ns (<see cref="TimeSpan.Ticks"/>) from any origin, and must not decrease.</para>
/// </remarks>
/// <param name="policy">The settings of the router.</param>
/// <exception cref="ArgumentException">A setting is invalid. The message contains its name, its value and what is allowed.</exception>
public sealed class ModelRouter(RoutingPolicy policy)
{
    private readonly Dictionary<string, KnownNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KnownModel> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, DemandState> _demands = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<NodeCatalog> _catalogs = [];
    private readonly CandidateSelector _selector = new(RoutingPolicyValidator.Check(policy));
    private long _version;

    /// <summary>The settings of the router.</summary>
    public RoutingPolicy Policy { get; } = policy;

    /// <summary>The number of requests that were sent and have not ended.</summary>
    public int InFlight { get; private set; }

    /// <summary>The number of demands and models that the router remembers.</summary>
    internal (int Demands, int Models) Remembered => (_demands.Count, _models.Count);

    /// <summary>Adds a node that has not reported yet. It receives requests if no node that serves their models reports.</summary>
    /// <param name="node">The id of the node.</param>
    public void AddNode(string node)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        if (_nodes.TryAdd(node, new(node)))
            _version++;
    }

    /// <summary>Removes a node. Requests that it is serving are not affected.</summary>
    /// <param name="node">The id of the node.</param>
    public void RemoveNode(string node)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        if (!_nodes.Remove(node, out var known))
            return;
        known.Forget();
        ForgetUnserved();
    }

    /// <summary>Receives a report of a node. A node that is not known yet is added.</summary>
    /// <remarks>
    /// Reports of a node can arrive out of order. A report that is not complete is ignored until the first complete one of the same
    /// instance.
    /// </remarks>
    /// <param name="report">The report.</param>
    /// <param name="now">The time in ticks.</param>
    public void Report(NodeReport report, long now)
    {
        ArgumentNullException.ThrowIfNull(report);
        AddNode(report.Node);
        var node = _nodes[report.Node];
        if (node.Lacks(report))
            return;
        var (weight, catalog) = (node.Weight, node.Catalog);
        node.Apply(report, ModelOf, now, Policy);
        if (node.Weight != weight)
            _version++;
        if (!report.IsComplete || catalog?.Equals(report.Serves) == true)
            return;
        node.Catalog = CatalogOf(report.Serves);
        if (catalog is null)
            _version++;
        else
            ForgetUnserved();
    }

    /// <summary>Records that the reports of a node have ended. The node is avoided until its next complete report.</summary>
    /// <param name="node">The id of the node.</param>
    public void Disconnected(string node)
    {
        if (_nodes.TryGetValue(node, out var known))
            known.Disconnect();
    }

    /// <summary>Returns true if a node serves the models, or if a node has not reported yet and may serve them.</summary>
    /// <param name="demand">The models.</param>
    public bool CanServe(ModelDemand demand)
    {
        ArgumentNullException.ThrowIfNull(demand);
        return _nodes.Values.Any(node => node.Catalog?.Serves(demand) != false);
    }

    /// <summary>Chooses the node for the next attempt of a request.</summary>
    /// <param name="route">The progress of the request.</param>
    /// <param name="now">The time in ticks.</param>
    /// <returns>
    /// The node, or <see langword="null"/> if no node can serve the request, or if the request has reached the limits of
    /// <see cref="RoutingPolicy"/>.
    /// </returns>
    public NodeChoice? Choose(ModelRoute route, long now)
    {
        ArgumentNullException.ThrowIfNull(route);
        if (route.Attempts >= Policy.MaxAttempts || route.BrokenAttempts >= Policy.MaxBrokenAttempts)
            return null;
        var demand = DemandOf(route.Demand);
        if (demand is not null && _selector.Choose(demand, route, now) is { } choice)
            return choice;

        // Nodes that report but cannot accept the request are overloaded. A node that may hang is worse than a rejection.
        var serving = demand?.Nodes ?? [];
        if (serving.Any(node => node.StandingAt(now, Policy) == NodeStanding.Live))
            return null;

        // Without reports, the catalogs of some nodes may never have been received.
        var unknown = RendezvousOrder.Sort(route.Demand, _nodes.Values.Where(static node => node.Catalog is null));
        return _selector.ChooseBlindly(route, serving, NodeStanding.Silent, now)
            ?? _selector.ChooseBlindly(route, unknown, NodeStanding.Silent, now)
            ?? _selector.ChooseBlindly(route, serving, NodeStanding.Broken, now)
            ?? _selector.ChooseBlindly(route, unknown, NodeStanding.Broken, now);
    }

    /// <summary>Records that a request was sent to the node that was chosen last.</summary>
    /// <param name="route">The progress of the request.</param>
    /// <param name="now">The time in ticks.</param>
    /// <exception cref="InvalidOperationException">No node has been chosen since the last attempt.</exception>
    public void Sent(ModelRoute route, long now)
    {
        ArgumentNullException.ThrowIfNull(route);
        var chosen = route.Chosen ?? throw new InvalidOperationException("No node has been chosen. Call ModelRouter.Choose first.");
        route.Begin(chosen, now);
        InFlight++;
        chosen.Node.Send(now, Policy);
        chosen.Device?.Send(now);
        if (chosen.Kind == NodeChoiceKind.Cold && DemandOf(route.Demand) is { } demand)
            _selector.Expect(demand, chosen, now);
    }

    /// <summary>Records that the node has answered the request, whatever the answer is.</summary>
    /// <param name="route">The progress of the request.</param>
    /// <exception cref="InvalidOperationException">The request is not being served.</exception>
    public void Ended(ModelRoute route)
    {
        var ended = End(route);
        ended.Node.Answer();
        if (ended.Kind != NodeChoiceKind.Cold || DemandOf(route.Demand) is not { } demand)
            return;

        // The node may have answered without the model, for example because the request was invalid.
        foreach (var model in demand.Models)
            ended.Node.ExpectReport(model);
    }

    /// <summary>
    /// Records that the caller has given the request up before the node answered. This says nothing about the node.
    /// </summary>
    /// <param name="route">The progress of the request.</param>
    /// <exception cref="InvalidOperationException">The request is not being served.</exception>
    public void Canceled(ModelRoute route) => EndInVain(route);

    /// <summary>
    /// Records that the node has rejected the request before it began. If the rejection contains a report, pass it to
    /// <see cref="Report"/> first.
    /// </summary>
    /// <param name="route">The progress of the request.</param>
    /// <param name="rejection">The reason.</param>
    /// <exception cref="InvalidOperationException">The request is not being served.</exception>
    public void Rejected(ModelRoute route, NodeRejection rejection)
    {
        var ended = EndInVain(route);
        ended.Node.Answer();
        if (rejection == NodeRejection.WaitTooLong)
            route.Bounce(ended.Node);
        else
            route.Exclude(ended.Node);
    }

    /// <summary>
    /// Records that the connection broke, or that the node did not answer in time, so the request may have begun. The node is avoided for a
    /// while, and does not get this request again.
    /// </summary>
    /// <param name="route">The progress of the request.</param>
    /// <param name="now">The time in ticks.</param>
    /// <exception cref="InvalidOperationException">The request is not being served.</exception>
    public void Broken(ModelRoute route, long now)
    {
        var ended = EndInVain(route);
        ended.Node.Break(now, Policy);
        route.Break(ended.Node);
    }

    /// <summary>
    /// Records that the node could not be reached, so the request has not begun. The node is avoided for a while, and does not get this
    /// request again.
    /// </summary>
    /// <param name="route">The progress of the request.</param>
    /// <param name="now">The time in ticks.</param>
    /// <exception cref="InvalidOperationException">The request is not being served.</exception>
    public void Unreachable(ModelRoute route, long now)
    {
        var ended = EndInVain(route);
        ended.Node.Break(now, Policy);
        route.Exclude(ended.Node);
    }

    /// <summary>Returns what the router knows about its nodes, in the order of their ids.</summary>
    internal IReadOnlyList<NodeState> Describe(long now) =>
        [.. _nodes.Values.OrderBy(static node => node.Id, StringComparer.Ordinal).Select(node => node.Describe(now, Policy))];

    /// <summary>Returns the readiness of a node for new requests. A node that was removed is silent.</summary>
    internal NodeStanding StandingOf(string node, long now) =>
        _nodes.TryGetValue(node, out var known) ? known.StandingAt(now, Policy) : NodeStanding.Silent;

    /// <summary>
    /// Returns the models that the node that was chosen last loads for the request, and the reasons. Call it before <see cref="Sent"/>.
    /// </summary>
    internal IEnumerable<(string Model, LoadReason Reason)> LoadsOf(ModelRoute route, long now)
    {
        if (route.Chosen is not { Kind: NodeChoiceKind.Cold } chosen || DemandOf(route.Demand) is not { } demand)
            return [];
        return demand.Models
            .Where(model => chosen.Node.Find(model) is not { Presence: not ModelPresence.Absent })
            .Select(model => (model.Id, model.WhyLoad(now, Policy)));
    }

    /// <summary>Returns true if a node that has reported serves the models.</summary>
    internal bool IsServed(ModelDemand demand) => _nodes.Values.Any(node => node.Catalog?.Serves(demand) == true);

    /// <summary>Ends an attempt that possibly made the node load nothing. Only its reports show whether it did.</summary>
    private Candidate EndInVain(ModelRoute route)
    {
        var ended = End(route);
        if (ended.Kind == NodeChoiceKind.Cold && DemandOf(route.Demand) is { } demand)
            CandidateSelector.Withdraw(demand, ended);
        return ended;
    }

    private Candidate End(ModelRoute route)
    {
        ArgumentNullException.ThrowIfNull(route);
        var sentAt = route.SentAt;
        var ended = route.End();
        ended.Node.InFlight--;
        InFlight--;
        ended.Device?.End(sentAt);
        return ended;
    }

    private KnownModel ModelOf(string id)
    {
        if (!_models.TryGetValue(id, out var model))
            _models.Add(id, model = new(id));
        return model;
    }

    /// <summary>Returns the state of a demand, or <see langword="null"/> if no node serves it.</summary>
    private DemandState? DemandOf(ModelDemand demand)
    {
        if (!_demands.TryGetValue(demand.Key, out var state))
        {
            // Demands can come from clients, so unknown ones are not kept.
            if (!IsServed(demand))
                return null;
            _demands.Add(demand.Key, state = new(demand, [.. demand.Models.Select(ModelOf)]));
        }

        state.Refresh(_nodes.Values, _version);
        return state;
    }

    /// <summary>Forgets the demands and the models that no node serves any more, after the catalog of a node has changed.</summary>
    private void ForgetUnserved()
    {
        _version++;
        var catalogs = _nodes.Values.Select(static node => node.Catalog).OfType<NodeCatalog>().Distinct();
        var served = catalogs.SelectMany(static catalog => catalog.Models).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, demand) in _demands)
        {
            if (!served.IsSupersetOf(demand.Demand.Models))
                _demands.Remove(key);
        }

        foreach (var id in _models.Keys.Where(id => !served.Contains(id)))
            _models.Remove(id);
    }

    private NodeCatalog CatalogOf(IReadOnlyList<string> models)
    {
        var used = _nodes.Values.Select(static node => node.Catalog).ToHashSet();
        _catalogs.RemoveAll(catalog => !used.Contains(catalog));
        var known = _catalogs.Find(catalog => catalog.Equals(models));
        if (known is null)
            _catalogs.Add(known = new(models));
        return known;
    }
}
