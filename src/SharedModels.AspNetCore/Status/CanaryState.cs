namespace SharedModels.AspNetCore.Status;

/// <summary>A new version of a model on trial.</summary>
/// <param name="Version">The number of the version.</param>
/// <param name="Share">The share of the requests that it serves, above 0 and at most 0.5.</param>
/// <param name="Uses">The number of its leases, or of inputs in batches, that have ended.</param>
/// <param name="Failures">The number of them that failed.</param>
internal sealed record CanaryState(int Version, double Share, long Uses, long Failures);
