namespace SharedModels.Devices;

/// <summary>The state of a device after an exception in code that ran on it.</summary>
public enum DeviceFailure
{
    /// <summary>Nothing: the failure is the model's own.</summary>
    None,

    /// <summary>It has too little memory left; it is well otherwise.</summary>
    OutOfMemory,

    /// <summary>It does not work any more, and what was on it is gone.</summary>
    Lost,
}
