using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>A model at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its class.</param>
/// <param name="Residency">
/// Where it is: <c>Registered</c>, <c>Loading</c>, <c>OnHost</c>, <c>Moving</c>,
/// <c>OnDevice</c>, <c>Evicting</c>, <c>Unloading</c>, <c>Faulted</c>.
/// </param>
/// <param name="Device">The device that it is on or moves to, if any.</param>
/// <param name="Bytes">The memory that it takes when it is loaded.</param>
/// <param name="Leases">Holders that use it.</param>
/// <param name="Queued">Requests that wait for it.</param>
/// <param name="Loads">How often it was loaded.</param>
/// <param name="Evictions">How often it was taken off its device.</param>
/// <param name="Loaded">How far the load has come that is running, if the model reports it.</param>
/// <param name="Error">Why its last load or move failed, if it did. The cause is part of it only with exception details.</param>
internal sealed record ModelState(
    string Id, string Type, string Residency, string? Device, ModelBytes Bytes, int Leases, int Queued, long Loads, long Evictions,
    ModelProgress? Loaded, string? Error)
{
    public static ModelState Create(ModelSnapshot model, bool includeDetails) => new(
        model.Id,
        model.Type,
        model.Residency.ToString(),
        model.Device?.ToString(),
        new(model.Footprint.HostBytes, model.Footprint.DeviceBytes, model.Footprint.WorkingBytes),
        model.ActiveLeases,
        model.QueuedRequests,
        model.Loads,
        model.Evictions,
        model.LoadProgress is { } progress ? new(progress.DoneBytes, progress.TotalBytes) : null,
        ClientMessage.OfModel(model, includeDetails));
}
