namespace SharedModels.Scheduling.Decisions;

/// <summary>Describes why a request is not granted, with the details that a person needs to act on it.</summary>
internal sealed record Rejection(RejectionReason Reason)
{
    public Device? Device { get; init; }

    public int QueueLength { get; init; }

    /// <summary>The ids of the models that were in use on the device.</summary>
    public IReadOnlyList<string> HeldModels { get; init; } = [];

    /// <summary>The description of the cycle, for a deadlock.</summary>
    public string? Cycle { get; init; }

    public TimeSpan HeldFor { get; init; }

    /// <summary>The time after which a new request may succeed, or <see langword="null"/> if waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public Failure? Cause { get; init; }

    public long RequiredBytes { get; init; }

    public long BudgetBytes { get; init; }

    public long FreeBytes { get; init; }

    /// <summary>Adds the time after which the model is tried again, unless its failure is permanent.</summary>
    public Rejection WithRetry(long ticks) => this with { RetryAfter = Cause?.IsPermanent == true ? null : TimeSpan.FromTicks(ticks) };
}
