namespace SharedModels.Devices;

/// <summary>A device that the machine has.</summary>
/// <param name="Device">The device.</param>
/// <param name="Name">The manufacturer's name for it.</param>
/// <param name="MemoryBytes">Bytes of memory that models may take on it, unless a budget is configured.</param>
public sealed record DeviceInfo(Device Device, string Name, long MemoryBytes)
{
    /// <summary>Bytes of memory that the device has, including what is not available to models now. A larger budget is an error.</summary>
    /// <remarks>A provider of devices whose memory can be oversubscribed reports what may be used in total.</remarks>
    /// <value>The default is <see cref="MemoryBytes"/>. With 0, it is not known, and every budget is allowed.</value>
    public long TotalBytes { get; init; } = MemoryBytes;
}
