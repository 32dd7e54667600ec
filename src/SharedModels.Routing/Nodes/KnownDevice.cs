namespace SharedModels.Routing.Nodes;

/// <summary>The known state of a device of a node: its last report, and the requests that were sent since then.</summary>
internal sealed class KnownDevice(string id)
{
    private readonly List<long> _sentAt = [];
    private long _reportedAt;
    private long _wait;

    public string Id => id;

    public long BudgetBytes { get; private set; }

    public long FreeBytes { get; private set; }

    public bool IsUnavailable { get; private set; }

    /// <summary>The typical time that a request adds to the wait of the next ones, in ticks.</summary>
    public double Turn { get; private set; }

    /// <summary>The number of requests that were sent and that the last report does not include.</summary>
    public int Unreported => _sentAt.Count;

    /// <summary>The number of the report that the state is from.</summary>
    public long Number { get; private set; }

    public void Apply(DeviceReport report, long number, long now, RoutingPolicy policy)
    {
        Number = number;
        var hold = report.Hold > TimeSpan.Zero ? report.Hold : policy.UnknownHold;
        Turn = (double)hold.Ticks / Math.Max(1, report.Slots);
        _wait = report.Wait.Ticks;
        _reportedAt = now;
        BudgetBytes = report.BudgetBytes;
        FreeBytes = report.FreeBytes;
        IsUnavailable = report.IsUnavailable;

        // The list is in ascending order.
        var included = _sentAt.FindIndex(sent => sent > now - policy.ReportDelay.Ticks);
        _sentAt.RemoveRange(0, included < 0 ? _sentAt.Count : included);
    }

    /// <summary>Returns the expected wait of a request for a model that is on the device, in ticks.</summary>
    public double WaitAt(long now) => Math.Max(0, _wait - (now - _reportedAt)) + Unreported * Turn;

    public NodeDeviceState Describe(long now) => new(id, TimeSpan.FromTicks((long)WaitAt(now)), BudgetBytes, FreeBytes, IsUnavailable);

    public void Send(long now) => _sentAt.Add(now);

    /// <summary>Forgets a request that has ended, unless the last report includes it.</summary>
    public void End(long sentAt)
    {
        var index = _sentAt.BinarySearch(sentAt);
        if (index >= 0)
            _sentAt.RemoveAt(index);
    }
}
