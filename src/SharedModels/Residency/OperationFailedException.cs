namespace SharedModels.Residency;

/// <summary>A step of a model failed.</summary>
internal sealed class OperationFailedException(
    Scheduling.Decisions.Failure failure,
    Task? stillRunning)
    : Exception(failure.Message, failure.Exception)
{
    /// <summary>Why.</summary>
    public Scheduling.Decisions.Failure Failure { get; } = failure;

    /// <summary>Ends when the code that was given up has ended and its object was freed; <see langword="null"/> if it has.</summary>
    public Task? StillRunning { get; } = stillRunning;
}
