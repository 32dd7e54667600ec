namespace SharedModels.Routing.Tests;

/// <summary>A random history of reports, requests and failures, which checks the guarantees of the router after every choice.</summary>
internal sealed class RouterHistory
{
    private const int Events = 400;

    private static readonly string[] Models = ["a", "b", "c", "d"];

    private readonly Random _random;
    private readonly ModelRouter _router;
    private readonly RoutingPolicy _policy;
    private readonly Dictionary<string, HistoryNode> _nodes = [];
    private readonly List<HistoryRoute> _open = [];
    private long _now;

    public RouterHistory(int seed)
    {
        _random = new(seed);
        _policy = new() { MaxBounces = _random.Next(3), MaxAttempts = 3 + _random.Next(5), MaxBrokenAttempts = 1 + _random.Next(3) };
        _router = new(_policy);
    }

    /// <summary>The decisions, for comparing two runs.</summary>
    public List<string> Decisions { get; } = [];

    public void Run()
    {
        for (var i = 0; i < Events; i++)
        {
            _now += TimeSpan.FromMilliseconds(_random.Next(200)).Ticks;
            Step();
        }

        foreach (var route in _open.Where(static route => route.Node is not null))
            _router.Ended(route.Route);
        Assert.Equal(0, _router.InFlight);
        CheckThatNothingIsCountedAnyMore();
    }

    private void Step()
    {
        switch (_random.Next(12))
        {
            case 0:
                ReportAll(isComplete: true, $"n{_random.Next(8)}");
                break;
            case 1 or 2 when _nodes.Count > 0:
                ReportAll(isComplete: false, AnyNode());
                break;
            case 3 when _nodes.Count > 0 && _random.Next(4) == 0:
                var gone = AnyNode();
                _router.RemoveNode(gone);
                _nodes.Remove(gone);
                break;
            case 4 when _nodes.Count > 0 && _random.Next(3) == 0:
                var silent = AnyNode();
                _router.Disconnected(silent);
                _nodes[silent].IsConnected = _nodes[silent].IsDraining = false;
                break;
            case 5 or 6 or 7:
                string[] models = _random.Next(4) == 0 ? [AnyModel(), AnyModel()] : [AnyModel()];
                var added = new HistoryRoute(new(new(models)));
                _open.Add(added);
                Send(added);
                break;
            case 8 when Serving() is { } ended:
                _router.Ended(ended.Route);
                ended.On?.Answer();
                _open.Remove(ended);
                break;
            case 9 when Serving() is { } bounced:
                _router.Rejected(bounced.Route, NodeRejection.WaitTooLong);
                bounced.On?.Answer();
                bounced.Bounced.Add(bounced.Node!);
                Send(bounced);
                break;
            case 10 when Serving() is { } rejected:
                _router.Rejected(rejected.Route, NodeRejection.Unavailable);
                rejected.On?.Answer();
                rejected.Excluded.Add(rejected.Node!);
                Send(rejected);
                break;
            case 11 when Serving() is { } broken:
                _router.Broken(broken.Route, _now);
                broken.On?.Break();
                broken.Excluded.Add(broken.Node!);
                broken.Broken++;
                Send(broken);
                break;
        }
    }

    private void Send(HistoryRoute open)
    {
        var route = open.Route;
        var demand = route.Demand.Models;
        var before = open.Attempts;
        open.Node = null;
        var choice = _router.Choose(route, _now);
        Decisions.Add($"{_now}: {choice}");
        var isExhausted = before >= _policy.MaxAttempts || open.Broken >= _policy.MaxBrokenAttempts;
        var mayBounce = open.Bounced.Count < _policy.MaxBounces;
        var ready = _nodes.Where(entry => entry.Value.IsReady(demand, _now, _policy)
            && !open.Excluded.Contains(entry.Key)
            && !(mayBounce && open.Bounced.Contains(entry.Key))).Select(static entry => entry.Key).ToList();
        if (choice is not { } chosen)
        {
            Assert.True(isExhausted || ready.Count == 0, "A request gets a node while a live node can serve it");
            _open.Remove(open);
            return;
        }

        Assert.False(isExhausted, "A request keeps to the limits of attempts");
        Assert.DoesNotContain(chosen.Node, open.Excluded);
        Assert.True(_nodes.TryGetValue(chosen.Node, out var node), "A node that has left gets no requests");
        Assert.False(node.IsDraining, "A draining node gets no requests");
        Assert.True(demand.All(node.Serves.Contains), "A node gets only models that it serves");
        Assert.True(ready.Count == 0 || node.IsLive(_now, _policy), "Live nodes come before silent and broken ones");
        Assert.True(mayBounce || chosen.WaitBudget is null, "After the last bounce, a request waits however long it takes");
        Assert.True(chosen.ExpectedWait >= TimeSpan.Zero, "Waits are not negative");
        Assert.True(
            chosen.WaitBudget is not { } budget || budget >= chosen.ExpectedWait, "A node that waits as expected accepts the request");
        _router.Sent(route, _now);
        open.Attempts++;
        (open.Node, open.On) = (chosen.Node, node);
    }

    private void ReportAll(bool isComplete, string id)
    {
        if (!_nodes.TryGetValue(id, out var node))
        {
            if (!isComplete)
                return;
            _nodes.Add(id, node = new());
        }

        if (isComplete)
        {
            if (_random.Next(3) == 0)
                node.Restart();
            node.Serves = [.. Models.Where(_ => _random.Next(4) > 0)];
        }

        node.IsDraining = _random.Next(8) == 0;
        node.ReportedAt = _now;
        node.IsConnected |= isComplete;
        node.Number++;
        node.IsUnavailable = _random.Next(10) == 0;
        _router.Report(
            new()
            {
                Node = id,
                Instance = node.Instance,
                Number = node.Number,
                IsComplete = isComplete,
                IsDraining = node.IsDraining,
                Serves = isComplete ? [.. node.Serves] : [],
                Devices = [Device(node.IsUnavailable)],
                Models = [.. node.Serves.Where(_ => _random.Next(2) == 0).Select(Model)],
            },
            _now);
    }

    private DeviceReport Device(bool isUnavailable) => new()
    {
        Device = "cuda:0",
        Wait = TimeSpan.FromMilliseconds(_random.Next(1000)),
        Hold = TimeSpan.FromMilliseconds(_random.Next(100)),
        BudgetBytes = 1000,
        FreeBytes = _random.Next(1000),
        IsUnavailable = isUnavailable,
    };

    private ModelReport Model(string id) => new()
    {
        Model = id,
        Device = _random.Next(2) == 0 ? "cuda:0" : null,
        Presence = (ModelPresence)_random.Next(4),
        Arrival = _random.Next(2) == 0 ? TimeSpan.FromMilliseconds(_random.Next(3000)) : null,
        LoadTime = _random.Next(2) == 0 ? TimeSpan.FromMilliseconds(_random.Next(3000)) : null,
        Bytes = _random.Next(1000),
        Queued = _random.Next(10),
    };

    /// <summary>The counts of sent requests do not drift: after all requests have ended, the expected wait is the reported one.</summary>
    private void CheckThatNothingIsCountedAnyMore()
    {
        foreach (var id in _nodes.Keys)
            _router.RemoveNode(id);
        _router.Report(
            new()
            {
                Node = "last",
                Instance = 1,
                Number = 1,
                IsComplete = true,
                Serves = ["a"],
                Devices = [new() { Device = "cuda:0", Wait = TimeSpan.FromMilliseconds(7), BudgetBytes = 1000 }],
                Models = [new() { Model = "a", Device = "cuda:0", Presence = ModelPresence.Resident }],
            },
            _now);
        for (var i = 0; i < 3; i++)
        {
            var route = new ModelRoute(new("a"));
            Assert.Equal(TimeSpan.FromMilliseconds(7), _router.Choose(route, _now)!.Value.ExpectedWait);
            _router.Sent(route, _now);
            _router.Ended(route);
        }
    }

    private HistoryRoute? Serving()
    {
        var serving = _open.Where(static route => route.Node is not null).ToList();
        return serving.Count == 0 ? null : serving[_random.Next(serving.Count)];
    }

    private string AnyNode() => _nodes.Keys.ElementAt(_random.Next(_nodes.Count));

    private string AnyModel() => Models[_random.Next(Models.Length)];
}
