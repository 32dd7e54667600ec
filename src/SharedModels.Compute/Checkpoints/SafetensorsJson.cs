using System.Text.Json.Serialization;

namespace SharedModels.Compute.Checkpoints;

[JsonSerializable(typeof(SafetensorsIndex))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
internal sealed partial class SafetensorsJson : JsonSerializerContext;
