namespace SharedModels.Scheduling.Decisions;

/// <summary>Why a request is not granted.</summary>
internal enum RefusalReason
{
    QueueFull,
    TooLate,
    TimedOut,
    LoadFailed,
    OutOfMemory,
    NeverFits,
    NoDevice,
    DeviceLost,
    Deadlock,
    ShuttingDown,
}
