using SharedModels.Clustering.State;

namespace SharedModels.Yarp.Gateways.Dashboard;

/// <summary>The contents of the live page. Times are in milliseconds.</summary>
/// <param name="Time">The time of the gateway.</param>
/// <param name="InFlight">The number of requests that the gateway has sent to nodes and that have not ended.</param>
/// <param name="Nodes">The nodes, in the order of their addresses.</param>
/// <param name="Catalogs">The lists of models that nodes serve. Nodes of the same version share one.</param>
/// <param name="Routes">The requests.</param>
/// <param name="Events">The last changes of nodes, latest first.</param>
internal sealed record ClusterPageState(
    DateTimeOffset Time,
    int InFlight,
    IReadOnlyList<NodeEntry> Nodes,
    IReadOnlyList<IReadOnlyList<string>> Catalogs,
    RoutesEntry Routes,
    IReadOnlyList<NodeEvent> Events);
