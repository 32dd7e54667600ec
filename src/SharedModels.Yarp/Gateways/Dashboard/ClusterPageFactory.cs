using SharedModels.Clustering.State;
using SharedModels.Routing.Nodes;
using SharedModels.Yarp.Gateways.Telemetry;

namespace SharedModels.Yarp.Gateways.Dashboard;

/// <summary>Creates the contents of the live page.</summary>
internal sealed class ClusterPageFactory(Cluster cluster, RouteHistory history, TimeProvider time)
{
    private const int SecondsOfRate = 10;
    private const int SecondsOfRegret = 60;

    public ClusterPageState Create()
    {
        var state = cluster.Describe();
        var catalogs = state.Nodes.Select(static entry => entry.Node.Catalog).OfType<NodeCatalog>().Distinct().ToList();
        return new(
            time.GetUtcNow(),
            state.InFlight,
            [.. state.Nodes.Select(entry => Describe(entry, catalogs))],
            [.. catalogs.Select(static catalog => catalog.Models.Order(StringComparer.Ordinal).ToList())],
            DescribeRoutes(),
            cluster.DescribeEvents());
    }

    private static NodeEntry Describe(ClusterNodeState entry, List<NodeCatalog> catalogs)
    {
        var node = entry.Node;
        return new(
            node.Node,
            node.Standing,
            node.ReportAge?.TotalMilliseconds,
            node.InFlight,
            node.Catalog is { } catalog ? catalogs.IndexOf(catalog) : null,
            entry.Attempts,
            [
                .. node.Devices.Select(static device => new DeviceEntry(
                    device.Device,
                    device.Wait.TotalMilliseconds,
                    device.BudgetBytes,
                    device.BudgetBytes - device.FreeBytes,
                    device.IsUnavailable)),
            ],
            node.Models);
    }

    private RoutesEntry DescribeRoutes()
    {
        var (total, seconds) = history.Describe();
        var ended = seconds.SkipLast(1).ToList();
        var measured = seconds.TakeLast(SecondsOfRegret).Where(static second => second.Measured > 0).ToList();
        return new(
            total.Routes,
            total.Rejected,
            total.Lost,
            ended.TakeLast(SecondsOfRate).Average(static second => second.Routes),
            measured.Count == 0
                ? null
                : new(
                    measured.Sum(static second => second.Regret.TotalMilliseconds) / measured.Sum(static second => second.Measured),
                    measured.Max(static second => second.Largest.TotalMilliseconds)),
            [.. ended.Select(static second => new SecondEntry(second.Routes, second.Rejected + second.Lost))]);
    }
}
