namespace SharedModels.Scheduling.Decisions;

/// <summary>Why a request is not granted, with what a person needs to know to mend it.</summary>
internal sealed record Refusal(RefusalReason Reason)
{
    public Device? Device { get; init; }

    public int QueueLength { get; init; }

    /// <summary>Ids of the models that were in use on the device.</summary>
    public IReadOnlyList<string> HeldModels { get; init; } = [];

    /// <summary>Who waits for whom, of a deadlock.</summary>
    public string Cycle { get; init; } = "";

    public TimeSpan HeldFor { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public Exception? Cause { get; init; }

    public long RequiredBytes { get; init; }

    public long BudgetBytes { get; init; }

    public long FreeBytes { get; init; }
}
