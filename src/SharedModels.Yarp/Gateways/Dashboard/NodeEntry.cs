using SharedModels.Clustering.State;
using SharedModels.Routing.Nodes;

namespace SharedModels.Yarp.Gateways.Dashboard;

/// <summary>A node on the live page.</summary>
/// <param name="Node">The address.</param>
/// <param name="State">The readiness for new requests.</param>
/// <param name="ReportAge">The time since the last report, or <see langword="null"/> if there was none.</param>
/// <param name="InFlight">The number of requests that the gateway has sent and that have not ended.</param>
/// <param name="Catalog">The index of the models that the node serves, or <see langword="null"/> if it has never reported.</param>
/// <param name="Attempts">The outcomes of the requests that the gateway has sent.</param>
/// <param name="Devices">The devices, in the order of their names.</param>
/// <param name="Models">The models that are in memory, on their way, or not available, in the order of their ids.</param>
internal sealed record NodeEntry(
    string Node,
    NodeStanding State,
    double? ReportAge,
    int InFlight,
    int? Catalog,
    AttemptCounts Attempts,
    IReadOnlyList<DeviceEntry> Devices,
    IReadOnlyList<NodeModelState> Models);
