namespace SharedModels.Residency;

/// <summary>The exception that is thrown when a step of a model fails.</summary>
internal sealed class OperationFailedException(
    Scheduling.Decisions.Failure failure,
    Task? stillRunning)
    : Exception(failure.Message, failure.Exception)
{
    /// <summary>The failure of the step.</summary>
    public Scheduling.Decisions.Failure Failure { get; } = failure;

    /// <summary>
    /// A task that completes when the abandoned code has ended and its object has been freed, or <see langword="null"/> if this has already
    /// happened.
    /// </summary>
    public Task? StillRunning { get; } = stillRunning;
}
