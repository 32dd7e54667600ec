using System.Text.Json.Serialization;
using SharedModels.Routing;

namespace SharedModels.Orleans.Messages;

/// <summary>Serializes reports. Unknown fields are ignored, so nodes and callers can have different versions.</summary>
[JsonSerializable(typeof(NodeReport))]
internal sealed partial class MessageJson : JsonSerializerContext;
