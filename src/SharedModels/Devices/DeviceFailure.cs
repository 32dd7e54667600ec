namespace SharedModels.Devices;

/// <summary>The state of a device after an exception in code that ran on it.</summary>
public enum DeviceFailure
{
    /// <summary>The device is not affected. The failure concerns only the model.</summary>
    None,

    /// <summary>The device has too little free memory but works otherwise.</summary>
    OutOfMemory,

    /// <summary>The device no longer works, and its contents are lost.</summary>
    Lost,
}
