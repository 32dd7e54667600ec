using System.Text.Json;
using System.Text.Json.Serialization;
using SharedModels.Routing;

namespace SharedModels.Yarp.Messages;

/// <summary>Fields that a receiver does not know are ignored, so that nodes and gateways can be upgraded one by one.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters = [typeof(JsonStringEnumConverter<ModelPresence>)])]
[JsonSerializable(typeof(NodeMessage))]
[JsonSerializable(typeof(NodeReport))]
internal sealed partial class NodeJson : JsonSerializerContext;
