namespace SharedModels.Yarp.Gateways.Dashboard;

/// <summary>The requests on the live page.</summary>
/// <param name="Total">The number of requests that have ended since the gateway started.</param>
/// <param name="Rejected">The number of them that no node has accepted.</param>
/// <param name="Lost">The number of them that were lost with their nodes.</param>
/// <param name="PerSecond">The mean number of requests per second, during the last ten seconds.</param>
/// <param name="Regret">The regret during the last minute, or <see langword="null"/> if no request was measured.</param>
/// <param name="Seconds">The last two minutes, oldest second first. Only seconds that have ended.</param>
internal sealed record RoutesEntry(
    long Total, long Rejected, long Lost, double PerSecond, RegretEntry? Regret, IReadOnlyList<SecondEntry> Seconds);
