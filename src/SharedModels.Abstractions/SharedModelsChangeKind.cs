namespace SharedModels;

/// <summary>The kinds of changes in a manager.</summary>
public enum SharedModelsChangeKind
{
    /// <summary>The watcher was too slow and has missed earlier changes. Take a new snapshot.</summary>
    Missed,

    /// <summary>A request began to wait.</summary>
    RequestQueued,

    /// <summary>A request left the queue without a lease. <see cref="SharedModelsChange.Detail"/> contains the reason.</summary>
    RequestLeft,

    /// <summary>A lease was granted after <see cref="SharedModelsChange.Duration"/> in the queue.</summary>
    LeaseGranted,

    /// <summary>
    /// A batch of <see cref="SharedModelsChange.BatchSize"/> inputs started on a lease. Its other inputs left the queue just before, with
    /// the detail <c>batched</c>.
    /// </summary>
    BatchStarted,

    /// <summary>A lease was released after <see cref="SharedModelsChange.Duration"/> in use.</summary>
    LeaseReleased,

    /// <summary>A lease has been held longer than <c>SharedModels:Leasing:MaxHold</c>.</summary>
    LeaseOverdue,

    /// <summary>A model is being constructed and loaded into host memory.</summary>
    LoadStarted,

    /// <summary>A model is moving to its device.</summary>
    MoveStarted,

    /// <summary>A model is being evicted from its device. On the CPU, this also frees its host memory.</summary>
    EvictionStarted,

    /// <summary>A model is being freed from host memory.</summary>
    UnloadStarted,

    /// <summary>
    /// A load, move, eviction or unload has ended. <see cref="SharedModelsChange.Residency"/> is the resulting state of the model.
    /// </summary>
    StepEnded,

    /// <summary>A load or move has failed. <see cref="SharedModelsChange.Detail"/> contains the reason.</summary>
    ModelFaulted,

    /// <summary>A model moves to the CPU because no accelerator can serve it.</summary>
    FellBack,

    /// <summary>A device was lost. <see cref="SharedModelsChange.Detail"/> contains the reason.</summary>
    DeviceLost,

    /// <summary>A lost device is available again.</summary>
    DeviceReturned,

    /// <summary>
    /// The budget of a device has changed because other processes take more or less memory. <see cref="SharedModelsChange.Detail"/> is the
    /// new budget in bytes.
    /// </summary>
    BudgetChanged,

    /// <summary>
    /// A new version of a model, <see cref="SharedModelsChange.Version"/>, is on trial and serves a share of the requests.
    /// </summary>
    CanaryStarted,

    /// <summary>
    /// A version on trial is worse than the one before, which serves all requests again. <see cref="SharedModelsChange.Detail"/> contains
    /// the reason.
    /// </summary>
    RolledBack,

    /// <summary>A new version of a model, <see cref="SharedModelsChange.Version"/>, serves all new requests from now on.</summary>
    Reloaded,
}
