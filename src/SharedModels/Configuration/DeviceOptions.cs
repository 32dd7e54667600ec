namespace SharedModels.Configuration;

/// <summary>Settings for a device.</summary>
public sealed class DeviceOptions
{
    /// <summary>The maximum number of holders that have leases on the device at the same time.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means 1 on an accelerator and the number of processors on the CPU. The maximum is 10000.
    /// </value>
    public int? MaxConcurrentHolders { get; set; }

    /// <summary>
    /// The device memory that models can take: bytes, a size (<c>20GiB</c>, <c>512MiB</c>), a share (<c>80%</c>) of
    /// <see cref="Devices.DeviceInfo.MemoryBytes"/>, or <c>auto</c>.
    /// </summary>
    /// <remarks>
    /// With <c>auto</c>, the budget of an accelerator follows the memory that other processes take, if its provider reports it
    /// (<see cref="Devices.IDeviceProvider.MemoryChanged"/>). When the budget shrinks, idle models are evicted. Models in use stay. If the
    /// provider does not report it, the budget stays as it was at startup, and a warning is logged.
    /// </remarks>
    /// <value>
    /// <see langword="null"/> (the default) means all memory that an accelerator offers. On the CPU, it means 75 % of the machine's or
    /// container's memory that is available to the runtime, which leaves room for the application itself. A size above
    /// <see cref="Devices.DeviceInfo.TotalBytes"/> of an accelerator is an error. A size above <see cref="Devices.DeviceInfo.MemoryBytes"/>
    /// causes a warning.
    /// </value>
    public string? MemoryBudget { get; set; }

    /// <summary>Indicates whether the budget follows the memory that other processes take.</summary>
    internal bool IsAuto => MemoryBudget?.Trim().Equals("auto", StringComparison.OrdinalIgnoreCase) == true;
}
