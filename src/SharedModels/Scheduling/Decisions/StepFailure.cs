namespace SharedModels.Scheduling.Decisions;

/// <summary>How a step failed, and so where the model is.</summary>
internal enum StepFailure
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The model's own fault: what is left of it is of no use.</summary>
    Model,

    /// <summary>The memory is too small: the model is where it was before.</summary>
    OutOfMemory,

    /// <summary>The device is lost: the model is on the host as before.</summary>
    DeviceLost,
}
