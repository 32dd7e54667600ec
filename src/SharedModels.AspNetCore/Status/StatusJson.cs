using System.Text.Json.Serialization;

namespace SharedModels.AspNetCore.Status;

[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    Converters = [typeof(KindConverter), typeof(JsonStringEnumConverter<ModelResidency>)])]
[JsonSerializable(typeof(ModelsResponse))]
[JsonSerializable(typeof(Change[]))]
internal sealed partial class StatusJson : JsonSerializerContext
{
    /// <summary>Writes kinds in camel case, such as <c>leaseGranted</c>. Residencies keep their names, as in the list of models.</summary>
    private sealed class KindConverter() : JsonStringEnumConverter<SharedModelsChangeKind>(System.Text.Json.JsonNamingPolicy.CamelCase);
}
