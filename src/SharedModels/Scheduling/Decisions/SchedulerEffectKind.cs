namespace SharedModels.Scheduling.Decisions;

/// <summary>What the scheduler wants done.</summary>
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

    /// <summary>Report that the model runs on the CPU because no accelerator serves it.</summary>
    FallBack,

    /// <summary>Construct the model and bring it into the host's memory; reply with a <see cref="StepResult"/>.</summary>
    Load,

    /// <summary>Move the model to its device; reply with a <see cref="StepResult"/>.</summary>
    Move,

    /// <summary>Take the model off its device; reply with a <see cref="StepResult"/>.</summary>
    Evict,

    /// <summary>Free the model; reply with a <see cref="StepResult"/>.</summary>
    Unload,

    /// <summary>Probe the lost device; reply with a <see cref="StepResult"/>.</summary>
    Probe,

    /// <summary>Tell those who wait for the model's eviction that there is nothing left to evict.</summary>
    EvictionEnded,
}
