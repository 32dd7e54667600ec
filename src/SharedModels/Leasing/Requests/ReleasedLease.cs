namespace SharedModels.Leasing.Requests;

/// <summary>Describes a lease that has ended, for reports outside the gate's lock.</summary>
/// <param name="ModelId">The model, or <see langword="null"/> if no lease ended.</param>
/// <param name="Device">The device that it was on or waited for.</param>
/// <param name="HeldTicks">The time that the lease was held.</param>
/// <param name="Wait">The wait of a canceled request.</param>
/// <param name="IsCanceled">True if a request was canceled.</param>
internal readonly record struct ReleasedLease(string? ModelId, Device? Device, long HeldTicks, LeaseWait? Wait, bool IsCanceled);
