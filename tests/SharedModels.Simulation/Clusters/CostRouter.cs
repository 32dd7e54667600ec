using SharedModels.Routing;

namespace SharedModels.Simulation.Clusters;

/// <summary>The router of this project.</summary>
internal sealed class CostRouter : IClusterRouter
{
    private readonly ModelRouter _router;

    public CostRouter(RoutingPolicy policy, IEnumerable<string> nodes)
    {
        _router = new(policy);
        foreach (var node in nodes)
            _router.AddNode(node);
    }

    public void Report(NodeReport report, long now) => _router.Report(report, now);

    public void Disconnected(string node) => _router.Disconnected(node);

    public NodeChoice? Send(ClusterRequest request, long now)
    {
        var choice = _router.Choose(request.Route, now);
        if (choice is not null)
            _router.Sent(request.Route, now);
        return choice;
    }

    public void Ended(ClusterRequest request) => _router.Ended(request.Route);

    public void Rejected(ClusterRequest request, NodeRejection rejection) => _router.Rejected(request.Route, rejection);

    public void Broken(ClusterRequest request, long now) => _router.Broken(request.Route, now);
}
