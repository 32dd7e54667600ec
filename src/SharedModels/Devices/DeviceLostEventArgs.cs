namespace SharedModels.Devices;

/// <summary>Provides data for the <see cref="IDeviceProvider.DeviceLost"/> event.</summary>
/// <param name="device">The device.</param>
/// <param name="cause">The cause, as far as it is known.</param>
public sealed class DeviceLostEventArgs(Device device, Exception cause) : EventArgs
{
    /// <summary>The device.</summary>
    public Device Device { get; } = device;

    /// <summary>The cause, as far as it is known.</summary>
    public Exception Cause { get; } = cause;
}
