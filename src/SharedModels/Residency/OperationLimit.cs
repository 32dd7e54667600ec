namespace SharedModels.Residency;

/// <summary>How long a load or a move may take: until a timeout, or until the manager stops.</summary>
internal sealed record OperationLimit(TimeSpan Timeout, TimeProvider Time, CancellationToken Stopping);
