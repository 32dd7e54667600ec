namespace SharedModels.Routing.Tests;

/// <summary>A node of a random history, as it has reported itself.</summary>
internal sealed class HistoryNode
{
    private bool _hasFailed;

    public long Instance { get; private set; } = 1;

    public long Number { get; set; }

    public HashSet<string> Serves { get; set; } = [];

    public bool IsDraining { get; set; }

    public bool IsUnavailable { get; set; }

    public bool IsConnected { get; set; }

    public long ReportedAt { get; set; }

    public void Restart()
    {
        (Instance, Number) = (Instance + 1, 0);
        _hasFailed = false;
    }

    public void Answer() => _hasFailed = false;

    public void Break() => _hasFailed = true;

    /// <summary>Indicates whether the node reports in time and accepts requests.</summary>
    public bool IsLive(long now, RoutingPolicy policy) =>
        !IsDraining && !IsUnavailable && IsConnected && now - ReportedAt <= policy.ReportTimeout.Ticks;

    /// <summary>Indicates whether the router must consider the node. The models of the histories fit on every device.</summary>
    public bool IsReady(IReadOnlyList<string> demand, long now, RoutingPolicy policy) =>
        IsLive(now, policy) && !_hasFailed && demand.All(Serves.Contains);
}
