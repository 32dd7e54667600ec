namespace SharedModels.Devices;

/// <summary>A device that the machine has.</summary>
/// <param name="Device">The device.</param>
/// <param name="Name">The manufacturer's name for it.</param>
/// <param name="MemoryBytes">Bytes of memory that models may take on it, unless a budget is configured.</param>
public sealed record DeviceInfo(Device Device, string Name, long MemoryBytes)
{
    /// <summary>Bytes of memory that the device has, including what is not available to models now. A larger budget is an error.</summary>
    /// <value>
    /// The default is <see cref="MemoryBytes"/>. With 0, the total is not known or the memory can be oversubscribed, as on the CPU, and a
    /// larger budget is only a warning.
    /// </value>
    public long TotalBytes { get; init; } = MemoryBytes;

    /// <summary>
    /// The most bytes that <see cref="IDeviceProvider.MemoryChanged"/> can ever leave to models: what they may take when no other process
    /// uses the device.
    /// </summary>
    /// <remarks>
    /// With <see cref="Configuration.DeviceOptions.MemoryBudget"/> <c>auto</c>, a request that needs more is rejected for good. One that
    /// needs more than the budget of the moment is told to come back.
    /// </remarks>
    /// <value>
    /// The default is <see langword="null"/>: the provider does not follow other processes, so that the budget stays at
    /// <see cref="MemoryBytes"/>. Then <c>auto</c> is a warning.
    /// </value>
    public long? MaxMemoryBytes { get; init; }
}
