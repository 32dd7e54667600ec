using SharedModels.Routing;

namespace SharedModels.Simulation.Clusters;

/// <summary>Sends each model to one node, and to the next one while the first is down.</summary>
internal sealed class OwnerRouter(IReadOnlyList<string> nodes) : IClusterRouter
{
    private readonly Dictionary<int, string[]> _orders = [];
    private readonly HashSet<string> _down = [];

    public void Report(NodeReport report, long now)
    {
        if (report.IsComplete)
            _down.Remove(report.Node);
    }

    public void Disconnected(string node) => _down.Add(node);

    public NodeChoice? Send(ClusterRequest request, long now)
    {
        if (!_orders.TryGetValue(request.Model, out var order))
            _orders.Add(request.Model, order = [.. nodes.OrderByDescending(node => Score(request.Model, node))]);
        var owner = Array.Find(order, node => !_down.Contains(node));
        return owner is null || request.IsGivenUp || request.Attempt > 2 ? null : new(owner, NodeChoiceKind.Warm, TimeSpan.Zero, null);
    }

    public void Ended(ClusterRequest request)
    {
    }

    public void Rejected(ClusterRequest request, NodeRejection rejection) => request.IsGivenUp = true;

    public void Broken(ClusterRequest request, long now) => _down.Add(request.Node!);

    private static uint Score(int model, string node)
    {
        var hash = 2166136261u;
        foreach (var character in $"{node} {model}")
            hash = (hash ^ character) * 16777619;
        hash ^= hash >> 15;
        hash *= 0x85EBCA6B;
        return hash ^ (hash >> 13);
    }
}
