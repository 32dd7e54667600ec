namespace SharedModels.Scheduling;

/// <summary>Why a request is not granted.</summary>
internal enum RefusalReason
{
    QueueFull,
    TimedOut,
    LoadFailed,
    NeverFits,
    NoDevice,
    Deadlock,
    ShuttingDown,
}
