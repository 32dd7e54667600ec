namespace SharedModels.Scheduling.Decisions;

/// <summary>The reason why a request is not granted.</summary>
internal enum RejectionReason
{
    QueueFull,
    TooLate,
    TimedOut,
    LoadFailed,
    OutOfMemory,
    NeverFits,
    DoesNotFitNow,
    NoDevice,
    DeviceLost,
    Deadlock,
    ShuttingDown,
    Removed,
}
