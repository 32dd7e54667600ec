using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>A change, as sent to clients.</summary>
/// <param name="Number">The number of the change.</param>
/// <param name="Kind">The kind of change, such as <c>leaseGranted</c> or <c>moveStarted</c>.</param>
/// <param name="At">The time of the change, in milliseconds since 1970 in UTC.</param>
/// <param name="Model">The model, if any.</param>
/// <param name="Version">The version of the model that the change concerns, if any.</param>
/// <param name="Device">The device, if any.</param>
/// <param name="Lease">The number of the request or lease, if any.</param>
/// <param name="Residency">The residency of the model after the change.</param>
/// <param name="Replica">The residency of the replica on the device after the change, if the model can have several.</param>
/// <param name="Leases">The number of active leases of the model after the change.</param>
/// <param name="Queued">The number of requests that wait for the model after the change.</param>
/// <param name="Holders">The number of holders on the device after the change.</param>
/// <param name="QueueLength">The number of requests that wait for a model on the device after the change.</param>
/// <param name="Ms">The time that the request waited or the lease was held, in milliseconds.</param>
/// <param name="Batch">The number of inputs of a batch that started.</param>
/// <param name="Detail">
/// The reason as a keyword, or a new budget in bytes. For faults and lost devices, a message that is included only with exception
/// details.
/// </param>
internal sealed record Change(
    long Number,
    SharedModelsChangeKind Kind,
    long At,
    string? Model,
    int? Version,
    string? Device,
    long? Lease,
    ModelResidency? Residency,
    ModelResidency? Replica,
    int? Leases,
    int? Queued,
    int? Holders,
    int? QueueLength,
    double? Ms,
    int? Batch,
    string? Detail)
{
    public static Change Create(SharedModelsChange change, bool includeDetails) => new(
        change.Number,
        change.Kind,
        change.Time.ToUnixTimeMilliseconds(),
        change.ModelId,
        change.ModelId is null ? null : change.Version,
        change.Device?.ToString(),
        change.LeaseNumber == 0 ? null : change.LeaseNumber,
        change.Residency,
        change.ReplicaResidency,
        change.ModelId is null ? null : change.ActiveLeases,
        change.ModelId is null ? null : change.QueuedRequests,
        change.Device is null ? null : change.Holders,
        change.Device is null ? null : change.QueueLength,
        change.Kind is SharedModelsChangeKind.LeaseGranted or SharedModelsChangeKind.LeaseReleased || change.Duration > TimeSpan.Zero
            ? Math.Round(change.Duration.TotalMilliseconds, 3)
            : null,
        change.BatchSize == 0 ? null : change.BatchSize,
        ClientMessage.OfChange(change, includeDetails));
}
