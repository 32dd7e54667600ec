namespace SharedModels.Scheduling.Decisions;

/// <summary>Why a request is not granted, with what a person needs to know to act on it.</summary>
internal sealed record Rejection(RejectionReason Reason)
{
    public Device? Device { get; init; }

    public int QueueLength { get; init; }

    /// <summary>Ids of the models that were in use on the device.</summary>
    public IReadOnlyList<string> HeldModels { get; init; } = [];

    /// <summary>Who waits for whom, of a deadlock.</summary>
    public string? Cycle { get; init; }

    public TimeSpan HeldFor { get; init; }

    /// <summary>After how long a new request may succeed; <see langword="null"/> if waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public Failure? Cause { get; init; }

    public long RequiredBytes { get; init; }

    public long BudgetBytes { get; init; }

    public long FreeBytes { get; init; }

    /// <summary>Adds after how long the model is tried again, unless its fault is one that time does not mend.</summary>
    public Rejection WithRetry(long ticks) => this with { RetryAfter = Cause?.IsPermanent == true ? null : TimeSpan.FromTicks(ticks) };
}
