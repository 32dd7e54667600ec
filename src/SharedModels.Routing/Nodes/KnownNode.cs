namespace SharedModels.Routing.Nodes;

/// <summary>The known state of a node.</summary>
internal sealed class KnownNode(string id)
{
    private readonly Dictionary<string, KnownDevice> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<KnownModel, KnownPlacement> _placements = [];

    /// <summary>The models that an answered request was expected to bring.</summary>
    private readonly List<KnownPlacement> _unconfirmed = [];

    private long _instance;
    private long _number;
    private long _reportedAt;
    private long _loadsUntil;
    private long _avoidedUntil = long.MinValue;
    private int _failures;
    private bool _isDraining;
    private bool _isConnected;

    public string Id => id;

    /// <summary>The hash of the id, for the order of nodes.</summary>
    public ulong Hash { get; } = RendezvousOrder.Hash(id);

    /// <summary>The models that the node serves, or <see langword="null"/> if it has never reported.</summary>
    public NodeCatalog? Catalog { get; set; }

    public IEnumerable<KnownDevice> Devices => _devices.Values;

    /// <summary>The number of requests that this router has sent and that have not ended.</summary>
    public int InFlight { get; set; }

    /// <summary>The memory of all devices, as of the last complete report, which is the node's share of the models.</summary>
    public double Weight { get; private set; } = 1;

    /// <summary>Indicates whether the report is of an instance that the router has no complete report of, so it cannot be used.</summary>
    public bool Lacks(NodeReport report) => !report.IsComplete && (Catalog is null || report.Instance != _instance);

    public KnownPlacement? Find(KnownModel model) => _placements.GetValueOrDefault(model);

    public KnownPlacement GetOrAdd(KnownModel model)
    {
        if (!_placements.TryGetValue(model, out var placement))
            _placements.Add(model, placement = new(this, model));
        return placement;
    }

    public NodeStanding StandingAt(long now, RoutingPolicy policy)
    {
        if (_isDraining)
            return NodeStanding.Draining;
        if (now < _avoidedUntil)
            return NodeStanding.Broken;
        return _isConnected && now - _reportedAt <= policy.ReportTimeout.Ticks ? NodeStanding.Live : NodeStanding.Silent;
    }

    public void Apply(NodeReport report, Func<string, KnownModel> modelOf, long now, RoutingPolicy policy)
    {
        if (report.Instance != _instance || Catalog is null)
            Restart(report.Instance);
        _reportedAt = now;
        _isConnected |= report.IsComplete;
        if (report.Number > _number)
        {
            _number = report.Number;
            _isDraining = report.IsDraining;
            _loadsUntil = now + report.LoadWait.Ticks;
        }

        foreach (var device in report.Devices)
        {
            var known = DeviceOf(device.Device)!;
            if (report.Number > known.Number)
                known.Apply(device, report.Number, now, policy);
        }

        foreach (var model in report.Models)
        {
            var placement = GetOrAdd(modelOf(model.Model));
            if (report.Number > placement.Number)
                placement.Apply(model, DeviceOf(model.Device), report.Number, now, policy.ReportDelay.Ticks);
        }

        _unconfirmed.RemoveAll(static placement => placement.Confirm());
        if (report.IsComplete)
            Complete(report);
    }

    /// <summary>Avoids the node for a time that doubles with each failure.</summary>
    public void Break(long now, RoutingPolicy policy)
    {
        var delay = policy.BrokenDelay.Ticks * Math.Pow(2, Math.Min(_failures++, 30));
        _avoidedUntil = now + (long)Math.Min(policy.MaxBrokenDelay.Ticks, delay);
    }

    /// <summary>
    /// Counts a request that is sent. After a failure, only one request per delay tries the node, until the node has answered one.
    /// </summary>
    public void Send(long now, RoutingPolicy policy)
    {
        InFlight++;
        if (_failures > 0)
            _avoidedUntil = now + policy.BrokenDelay.Ticks;
    }

    /// <summary>Records that the node has answered.</summary>
    public void Answer()
    {
        _failures = 0;
        _avoidedUntil = long.MinValue;
    }

    /// <summary>Returns the ticks until the known loads have ended.</summary>
    public long LoadWaitAt(long now) => Math.Max(0, _loadsUntil - now);

    /// <summary>Adds a load that a request causes.</summary>
    public void ExpectLoad(long ticks, long now) => _loadsUntil = Math.Max(now, _loadsUntil) + ticks;

    /// <summary>Records that a request that was expected to bring a model was answered. The next reports show whether it did.</summary>
    public void ExpectReport(KnownModel model)
    {
        if (Find(model) is { IsExpected: true } placement && !_unconfirmed.Contains(placement))
            _unconfirmed.Add(placement);
    }

    /// <summary>Records that the reports have ended. A node that drained may have been replaced by one that does not report yet.</summary>
    public void Disconnect()
    {
        _isConnected = _isDraining = false;
        foreach (var placement in _placements.Values)
            placement.ForgetQueue();
    }

    /// <summary>Describes the node to people.</summary>
    public NodeState Describe(long now, RoutingPolicy policy) => new(
        id,
        StandingAt(now, policy),
        _number > 0 ? TimeSpan.FromTicks(now - _reportedAt) : null,
        InFlight,
        Catalog,
        [.. _devices.Values.OrderBy(static device => device.Id, StringComparer.Ordinal).Select(device => device.Describe(now))],
        [
            .. _placements.Values
                .Where(static placement => placement.Presence != ModelPresence.Absent || placement.IsUnavailable)
                .OrderBy(static placement => placement.Model.Id, StringComparer.Ordinal)
                .Select(static placement => placement.Describe()),
        ]);

    public void Forget()
    {
        foreach (var placement in _placements.Values)
            placement.Forget();
        _placements.Clear();
        _unconfirmed.Clear();
        _devices.Clear();
    }

    private void Restart(long instance)
    {
        Forget();
        Answer();
        _instance = instance;
        _number = 0;
        _loadsUntil = 0;
        _isDraining = false;
    }

    private KnownDevice? DeviceOf(string? name)
    {
        if (name is null)
            return null;
        if (!_devices.TryGetValue(name, out var device))
            _devices.Add(name, device = new(name));
        return device;
    }

    /// <summary>Forgets the models and devices that a complete report does not list.</summary>
    private void Complete(NodeReport report)
    {
        foreach (var (model, placement) in _placements.Where(entry => entry.Value.Number < report.Number).ToList())
        {
            placement.Forget();
            _placements.Remove(model);
        }

        foreach (var gone in _devices.Values.Where(device => device.Number < report.Number).ToList())
            _devices.Remove(gone.Id);
        Weight = Math.Max(1, _devices.Values.Sum(static device => (double)device.BudgetBytes));
    }
}
