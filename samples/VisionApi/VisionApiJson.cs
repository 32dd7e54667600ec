using System.Text.Json;
using System.Text.Json.Serialization;
using VisionApi.Detection;
using VisionApi.QrCodes;

namespace VisionApi;

/// <summary>Serializes the responses without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DetectionResponse))]
[JsonSerializable(typeof(QrResponse))]
internal sealed partial class VisionApiJson : JsonSerializerContext;
