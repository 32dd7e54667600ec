namespace SharedModels.Scheduling.Decisions;

/// <summary>The kinds of actions that the scheduler decides on.</summary>
internal enum SchedulerEffectKind
{
    /// <summary>Notify the request that it is granted.</summary>
    Grant,

    /// <summary>Notify the request that it is rejected.</summary>
    Reject,

    /// <summary>Notify the holder that it has held its lease too long.</summary>
    Overdue,

    /// <summary>Notify the holder that the device of its lease is lost.</summary>
    Lose,

    /// <summary>Report that the device is lost.</summary>
    ReportLoss,

    /// <summary>Report that the model runs on the CPU because no accelerator can serve it.</summary>
    FallBack,

    /// <summary>Construct the model and load it into host memory. Reply with a <see cref="StepResult"/>.</summary>
    Load,

    /// <summary>Move the model to its device. Reply with a <see cref="StepResult"/>.</summary>
    Move,

    /// <summary>Move the model off its device. Reply with a <see cref="StepResult"/>.</summary>
    Evict,

    /// <summary>Free the model. Reply with a <see cref="StepResult"/>.</summary>
    Unload,

    /// <summary>Probe the lost device. Reply with a <see cref="StepResult"/>.</summary>
    Probe,

    /// <summary>Notify callers that wait for the model's eviction that there is nothing left to evict.</summary>
    EvictionEnded,
}
