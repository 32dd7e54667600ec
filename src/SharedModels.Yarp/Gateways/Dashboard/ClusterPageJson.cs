using System.Text.Json;
using System.Text.Json.Serialization;
using SharedModels.Clustering.State;
using SharedModels.Routing;
using SharedModels.Routing.Nodes;

namespace SharedModels.Yarp.Gateways.Dashboard;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    Converters =
    [
        typeof(JsonStringEnumConverter<ModelPresence>),
        typeof(JsonStringEnumConverter<NodeStanding>),
        typeof(JsonStringEnumConverter<NodeEventKind>),
    ])]
[JsonSerializable(typeof(ClusterPageState))]
internal sealed partial class ClusterPageJson : JsonSerializerContext;
