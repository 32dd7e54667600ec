namespace SharedModels.Scheduling.Decisions;

/// <summary>The kind of failure of a step, which determines the state of the model.</summary>
internal enum StepFailure
{
    /// <summary>The step succeeded.</summary>
    None,

    /// <summary>The model failed. It can no longer be used.</summary>
    Model,

    /// <summary>The memory is too small. The model is where it was before.</summary>
    OutOfMemory,

    /// <summary>The device is lost. The model is still on the host.</summary>
    DeviceLost,
}
