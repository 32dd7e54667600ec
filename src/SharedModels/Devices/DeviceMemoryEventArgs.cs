namespace SharedModels.Devices;

/// <summary>Provides data for the <see cref="IDeviceProvider.MemoryChanged"/> event.</summary>
/// <param name="device">The device.</param>
/// <param name="memoryBytes">The number of bytes that models can now take on the device.</param>
public sealed class DeviceMemoryEventArgs(Device device, long memoryBytes) : EventArgs
{
    /// <summary>The device.</summary>
    public Device Device { get; } = device;

    /// <summary>The number of bytes that models can now take on the device, including the bytes that they already take.</summary>
    public long MemoryBytes { get; } = memoryBytes;
}
