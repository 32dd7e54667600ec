using System.Text.Json;
using System.Text.Json.Serialization;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision;

[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(TokenizerConfig))]
[JsonSerializable(typeof(Owlv2Config))]
[JsonSerializable(typeof(PreprocessorConfig))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
internal sealed partial class Owlv2Json : JsonSerializerContext;
