namespace SharedModels;

/// <summary>The common part of the exceptions of leases. See the properties of <see cref="ModelLeaseException"/>.</summary>
internal readonly record struct LeaseFailureSubject(string? ModelId, Device? Device, int QueueLength, TimeSpan? RetryAfter);
