using SharedModels;

namespace VisionApi.Models;

/// <summary>All models and devices at one moment.</summary>
internal sealed record ModelsResponse(IReadOnlyList<ModelState> Models, IReadOnlyList<DeviceState> Devices)
{
    public static ModelsResponse Create(SharedModelsSnapshot snapshot) =>
        new([.. snapshot.Models.Select(ModelState.Create)], [.. snapshot.Devices.Select(DeviceState.Create)]);
}
