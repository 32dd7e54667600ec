using SharedModels.Routing;

namespace SharedModels.Simulation.Clusters;

/// <summary>Sends a request to the less busy of two random nodes that have the model, or of two of all nodes if none has it.</summary>
/// <param name="nodes">All nodes.</param>
/// <param name="threshold">The number of waiting requests from which on a node does not count as having the model.</param>
/// <param name="seed">The seed of the random numbers.</param>
internal sealed class WarmRouter(IReadOnlyList<string> nodes, int threshold, int seed) : IClusterRouter
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, int> _waiting = [];
    private readonly Dictionary<string, HashSet<string>> _warm = [];
    private readonly HashSet<string> _down = [];

    public void Report(NodeReport report, long now)
    {
        if (report.IsComplete)
            Forget(report.Node);
        _waiting[report.Node] = report.Devices.Sum(static device => device.Queued);
        foreach (var model in report.Models)
        {
            var isWarm = model.Presence is ModelPresence.Resident or ModelPresence.Arriving;
            if (!_warm.TryGetValue(model.Model, out var warm))
                _warm.Add(model.Model, warm = []);
            if (isWarm)
                warm.Add(report.Node);
            else
                warm.Remove(report.Node);
        }
    }

    public void Disconnected(string node)
    {
        Forget(node);
        _down.Add(node);
    }

    public NodeChoice? Send(ClusterRequest request, long now)
    {
        if (request.IsGivenUp || request.Attempt > 2)
            return null;
        var warm = _warm.GetValueOrDefault(ClusterSimulation.ModelId(request.Model)) ?? [];
        var ready = warm.Where(node => _waiting.GetValueOrDefault(node) < threshold).ToList();
        var among = ready.Count > 0 ? ready : nodes.Where(node => !_down.Contains(node)).ToList();
        if (among.Count == 0)
            return null;
        var (first, second) = (among[_random.Next(among.Count)], among[_random.Next(among.Count)]);
        var node = _waiting.GetValueOrDefault(first) <= _waiting.GetValueOrDefault(second) ? first : second;
        _waiting[node] = _waiting.GetValueOrDefault(node) + 1;
        return new(node, NodeChoiceKind.Warm, TimeSpan.Zero, null);
    }

    public void Ended(ClusterRequest request)
    {
    }

    public void Rejected(ClusterRequest request, NodeRejection rejection) => request.IsGivenUp = true;

    public void Broken(ClusterRequest request, long now) => Disconnected(request.Node!);

    private void Forget(string node)
    {
        _down.Remove(node);
        foreach (var warm in _warm.Values)
            warm.Remove(node);
    }
}
