namespace SharedModels.Devices;

/// <summary>The memory that models may take on a device now.</summary>
/// <param name="device">The device.</param>
/// <param name="memoryBytes">Bytes of memory that models may take on it now.</param>
public sealed class DeviceMemoryEventArgs(Device device, long memoryBytes) : EventArgs
{
    /// <summary>The device.</summary>
    public Device Device { get; } = device;

    /// <summary>Bytes of memory that models may take on it now, including what they have taken already.</summary>
    public long MemoryBytes { get; } = memoryBytes;
}
