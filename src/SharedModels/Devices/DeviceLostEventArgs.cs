namespace SharedModels.Devices;

/// <summary>Which device was lost, and why.</summary>
/// <param name="device">The device.</param>
/// <param name="cause">What is known of the cause.</param>
public sealed class DeviceLostEventArgs(Device device, Exception cause) : EventArgs
{
    /// <summary>The device.</summary>
    public Device Device { get; } = device;

    /// <summary>What is known of the cause.</summary>
    public Exception Cause { get; } = cause;
}
