namespace SharedModels.AspNetCore.Status;

/// <summary>A snapshot of all models and devices.</summary>
/// <param name="Models">The models, ordered by id.</param>
/// <param name="Devices">The devices, accelerators first.</param>
/// <param name="LastChange">The number of the last change that is included.</param>
/// <param name="At">The time of the snapshot, in milliseconds since 1970 in UTC.</param>
internal sealed record ModelsResponse(IReadOnlyList<ModelState> Models, IReadOnlyList<DeviceState> Devices, long LastChange, long At)
{
    public static ModelsResponse Create(SharedModelsSnapshot snapshot, TimeProvider time, bool includeDetails) => new(
        [.. snapshot.Models.Select(model => ModelState.Create(model, includeDetails))],
        [.. snapshot.Devices.Select(device => DeviceState.Create(device, includeDetails))],
        snapshot.LastChange,
        time.GetUtcNow().ToUnixTimeMilliseconds());
}
