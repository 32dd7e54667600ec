namespace SharedModels.Scheduling;

/// <summary>How a move to a device failed, and so where the model is.</summary>
internal enum MoveFailure
{
    /// <summary>The model's own fault: what is left of it is of no use.</summary>
    Model,

    /// <summary>The model's own fault, and its code still runs: what it takes of the device is not free yet.</summary>
    Hanging,

    /// <summary>The device has too little memory: the model is on the host as before.</summary>
    OutOfMemory,

    /// <summary>The device is lost: the model is on the host as before.</summary>
    DeviceLost,
}
