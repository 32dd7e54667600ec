namespace SharedModels.Leasing.Requests;

/// <summary>What is reported of a lease that ended, after the gate's lock was left.</summary>
/// <param name="ModelId">The model; <see langword="null"/> if nothing ended.</param>
/// <param name="Device">The device that it was on or waited for.</param>
/// <param name="HeldTicks">How long it was held.</param>
/// <param name="Wait">The wait of a request that was cancelled.</param>
/// <param name="IsCancelled">Whether it was a request that was cancelled.</param>
internal readonly record struct ReleasedLease(string? ModelId, Device? Device, long HeldTicks, LeaseWait? Wait, bool IsCancelled);
