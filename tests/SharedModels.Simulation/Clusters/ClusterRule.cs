using SharedModels.Routing;

namespace SharedModels.Simulation.Clusters;

/// <summary>A rule that decides which node gets a request, and with which any trace can be run on any cluster.</summary>
public sealed class ClusterRule
{
    private readonly Func<int, IReadOnlyList<string>, IClusterRouter> _create;

    private ClusterRule(string name, Func<int, IReadOnlyList<string>, IClusterRouter> create) => (Name, _create) = (name, create);

    /// <summary>Each model has one node: the first in rendezvous order.</summary>
    public static ClusterRule Owner { get; } = new("one owner per model", static (seed, nodes) => new OwnerRouter(nodes));

    /// <summary>The rule of this project, with its defaults.</summary>
    public static ClusterRule SharedModels { get; } = With("SharedModels", new());

    /// <summary>The display name.</summary>
    public string Name { get; }

    /// <summary>The less busy of two nodes that have the model, or of two of all nodes if none has it.</summary>
    /// <param name="threshold">The number of waiting requests from which on a node does not count as having the model.</param>
    /// <param name="name">The display name.</param>
    public static ClusterRule Warm(int threshold, string name) =>
        new(name, (seed, nodes) => new WarmRouter(nodes, threshold, seed));

    /// <summary>A variant of this project's rule.</summary>
    /// <param name="name">The display name.</param>
    /// <param name="policy">The settings.</param>
    public static ClusterRule With(string name, RoutingPolicy policy) =>
        new(name, (seed, nodes) => new CostRouter(policy with { Seed = seed }, nodes));

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal IClusterRouter CreateRouter(int seed, IReadOnlyList<string> nodes) => _create(seed, nodes);
}
