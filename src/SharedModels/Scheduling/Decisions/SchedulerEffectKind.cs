namespace SharedModels.Scheduling.Decisions;

/// <summary>What the scheduler wants done.</summary>
internal enum SchedulerEffectKind
{
    /// <summary>Tell the request that it is granted.</summary>
    Grant,

    /// <summary>Tell the request why it is not.</summary>
    Refuse,

    /// <summary>Tell the holder that it has held its lease too long.</summary>
    Overdue,

    /// <summary>Tell the holder that the device of its lease is lost.</summary>
    Lose,

    /// <summary>Say that the device is lost.</summary>
    ReportLoss,

    /// <summary>Say that the model runs on the CPU because no accelerator serves it.</summary>
    FallBack,

    /// <summary>Construct the model and bring it into the host's memory; answer with Loaded or LoadFailed.</summary>
    Load,

    /// <summary>Move the model to its device; answer with Moved or MoveFailed.</summary>
    Move,

    /// <summary>Take the model off its device; answer with Evicted or EvictionFailed.</summary>
    Evict,

    /// <summary>Free the model; answer with Unloaded.</summary>
    Unload,

    /// <summary>Ask the lost device whether it works again; answer with Probed.</summary>
    Probe,
}
