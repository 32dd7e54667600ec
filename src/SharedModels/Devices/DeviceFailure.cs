namespace SharedModels.Devices;

/// <summary>What an exception says of the device that the code ran on.</summary>
public enum DeviceFailure
{
    /// <summary>Nothing: the failure is the model's own.</summary>
    None,

    /// <summary>It has too little memory left; it is well otherwise.</summary>
    OutOfMemory,

    /// <summary>It does not work any more, and what was on it is gone.</summary>
    Lost,
}
