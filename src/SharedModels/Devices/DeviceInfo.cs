namespace SharedModels.Devices;

/// <summary>Describes a device of the machine.</summary>
/// <param name="Device">The device.</param>
/// <param name="Name">The manufacturer's name of the device.</param>
/// <param name="MemoryBytes">The number of bytes that models can take on the device, unless a budget is configured.</param>
public sealed record DeviceInfo(Device Device, string Name, long MemoryBytes)
{
    /// <summary>
    /// The number of bytes of memory that the device has, including memory that is not currently available to models. A larger budget is an
    /// error.
    /// </summary>
    /// <value>
    /// The default is <see cref="MemoryBytes"/>. 0 means that the total is not known or that the memory can be oversubscribed, as on the
    /// CPU. A larger budget then only causes a warning.
    /// </value>
    public long TotalBytes { get; init; } = MemoryBytes;

    /// <summary>
    /// The maximum number of bytes that <see cref="IDeviceProvider.MemoryChanged"/> can report: the memory available to models when no
    /// other process uses the device.
    /// </summary>
    /// <remarks>
    /// With <see cref="Configuration.DeviceOptions.MemoryBudget"/> <c>auto</c>, a request that needs more is rejected permanently. A
    /// request that only needs more than the current budget is rejected with a time to retry after.
    /// </remarks>
    /// <value>
    /// <see langword="null"/> (the default) means that the provider does not follow other processes. The budget stays at
    /// <see cref="MemoryBytes"/>, and <c>auto</c> causes a warning.
    /// </value>
    public long? MaxMemoryBytes { get; init; }
}
