using System.Text.Json;
using System.Text.Json.Serialization;
using SharedModels.Clustering.State;
using SharedModels.Routing;
using SharedModels.Routing.Nodes;

namespace SharedModels.Yarp.Gateways.State;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    Converters = [typeof(JsonStringEnumConverter<ModelPresence>), typeof(JsonStringEnumConverter<NodeStanding>)])]
[JsonSerializable(typeof(ClusterState))]
internal sealed partial class ClusterJson : JsonSerializerContext;
