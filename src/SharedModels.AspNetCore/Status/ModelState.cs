using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>The state of a model in a snapshot.</summary>
/// <param name="Id">The id of the model.</param>
/// <param name="Type">The class of the model.</param>
/// <param name="Version">The version that serves new requests.</param>
/// <param name="Canary">The new version that is on trial, if any.</param>
/// <param name="Residency">
/// The residency: <c>Registered</c>, <c>Loading</c>, <c>OnHost</c>, <c>Moving</c>,
/// <c>OnDevice</c>, <c>Evicting</c>, <c>Unloading</c>, <c>Faulted</c>.
/// </param>
/// <param name="Device">The device that the model is on or moves to, if any.</param>
/// <param name="Replicas">The replicas that are in memory, or <see langword="null"/> if the model can be on one device only.</param>
/// <param name="Bytes">The memory that the model uses when it is loaded.</param>
/// <param name="Leases">The number of active leases.</param>
/// <param name="Queued">The number of requests that wait for the model.</param>
/// <param name="Loads">The number of loads.</param>
/// <param name="Evictions">The number of evictions.</param>
/// <param name="Loaded">The progress of the current load, if the model reports it.</param>
/// <param name="Error">The reason why the last load or move failed, if any. It includes the cause only with exception details.</param>
internal sealed record ModelState(
    string Id, string Type, int Version, CanaryState? Canary, string Residency, string? Device, IReadOnlyList<ReplicaState>? Replicas,
    ModelBytes Bytes, int Leases, int Queued, long Loads, long Evictions, ModelProgress? Loaded, string? Error)
{
    public static ModelState Create(ModelSnapshot model, bool includeDetails) => new(
        model.Id,
        model.Type,
        model.Version,
        model.Canary is { } canary ? new(canary.Version, canary.Share, canary.Uses, canary.Failures) : null,
        model.Residency.ToString(),
        model.Device?.ToString(),
        model.MaxReplicas > 1 ? [.. model.Replicas.Select(ReplicaState.Create)] : null,
        new(model.Footprint.HostBytes, model.Footprint.DeviceBytes, model.Footprint.WorkingBytes),
        model.ActiveLeases,
        model.QueuedRequests,
        model.Loads,
        model.Evictions,
        model.LoadProgress is { } progress ? new(progress.DoneBytes, progress.TotalBytes) : null,
        ClientMessage.OfModel(model, includeDetails));
}
