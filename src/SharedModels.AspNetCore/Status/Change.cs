using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>Something that changed.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Kind">What changed: <c>leaseGranted</c>, <c>moveStarted</c> and so on.</param>
/// <param name="At">When, in milliseconds since 1970 in UTC.</param>
/// <param name="Model">The model, if one is concerned.</param>
/// <param name="Device">The device, if one is concerned.</param>
/// <param name="Lease">The number of the request or lease, if one is concerned.</param>
/// <param name="Residency">Where the model is now.</param>
/// <param name="Ms">How long the request waited, or the lease was held, in milliseconds.</param>
/// <param name="Detail">
/// The reason in a word, or a new budget in bytes. For faults and lost devices, a message that is there only with exception details.
/// </param>
internal sealed record Change(
    long Number, SharedModelsChangeKind Kind, long At, string? Model, string? Device, long? Lease, ModelResidency? Residency, double? Ms,
    string? Detail)
{
    public static Change Create(SharedModelsChange change, bool includeDetails) => new(
        change.Number,
        change.Kind,
        change.Time.ToUnixTimeMilliseconds(),
        change.ModelId,
        change.Device?.ToString(),
        change.LeaseNumber == 0 ? null : change.LeaseNumber,
        change.Residency,
        change.Kind is SharedModelsChangeKind.LeaseGranted or SharedModelsChangeKind.LeaseReleased
            ? Math.Round(change.Duration.TotalMilliseconds, 3)
            : null,
        ClientMessage.OfChange(change, includeDetails));
}
