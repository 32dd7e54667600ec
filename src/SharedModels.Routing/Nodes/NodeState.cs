using System.Text.Json.Serialization;

namespace SharedModels.Routing.Nodes;

/// <summary>The knowledge of a router about a node, for people and for metrics.</summary>
/// <param name="Node">The id of the node.</param>
/// <param name="Standing">The readiness of the node for new requests.</param>
/// <param name="ReportAge">The time since the last report, or <see langword="null"/> if there was none.</param>
/// <param name="InFlight">The number of requests that this router has sent and that have not ended.</param>
/// <param name="Catalog">The models that the node serves, or <see langword="null"/> if it has never reported.</param>
/// <param name="Devices">The devices, in the order of their names.</param>
/// <param name="Models">The models that are in memory, on their way, or not available, in the order of their ids.</param>
internal sealed record NodeState(
    string Node,
    NodeStanding Standing,
    TimeSpan? ReportAge,
    int InFlight,
    [property: JsonIgnore] NodeCatalog? Catalog,
    IReadOnlyList<NodeDeviceState> Devices,
    IReadOnlyList<NodeModelState> Models);
