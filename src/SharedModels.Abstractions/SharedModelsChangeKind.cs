namespace SharedModels;

/// <summary>The kinds of changes in a manager.</summary>
public enum SharedModelsChangeKind
{
    /// <summary>The watcher was too slow, and changes before this one are lost: take a new snapshot.</summary>
    Missed,

    /// <summary>A request began to wait.</summary>
    RequestQueued,

    /// <summary>A request left the queue without a lease; <see cref="SharedModelsChange.Detail"/> says why.</summary>
    RequestLeft,

    /// <summary>A lease was granted, after <see cref="SharedModelsChange.Duration"/> in the queue.</summary>
    LeaseGranted,

    /// <summary>A lease was given back, after <see cref="SharedModelsChange.Duration"/> in use.</summary>
    LeaseReleased,

    /// <summary>A lease has been held longer than <c>SharedModels:Leasing:MaxHold</c>.</summary>
    LeaseOverdue,

    /// <summary>A model is being constructed and brought into the host's memory.</summary>
    LoadStarted,

    /// <summary>A model moves to its device.</summary>
    MoveStarted,

    /// <summary>A model leaves its device.</summary>
    EvictionStarted,

    /// <summary>A model is being freed from the host's memory.</summary>
    UnloadStarted,

    /// <summary>A load, move, eviction or unload has ended; <see cref="SharedModelsChange.Residency"/> is where the model is now.</summary>
    StepEnded,

    /// <summary>A load or move has failed; <see cref="SharedModelsChange.Detail"/> says why.</summary>
    ModelFaulted,

    /// <summary>A model goes to the CPU, because no accelerator serves it.</summary>
    FellBack,

    /// <summary>A device was lost; <see cref="SharedModelsChange.Detail"/> says why.</summary>
    DeviceLost,

    /// <summary>A lost device serves again.</summary>
    DeviceReturned,

    /// <summary>
    /// The budget of a device has followed what other processes take; <see cref="SharedModelsChange.Detail"/> is the new one in bytes.
    /// </summary>
    BudgetChanged,
}
