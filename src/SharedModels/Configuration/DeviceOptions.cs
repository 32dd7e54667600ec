namespace SharedModels.Configuration;

/// <summary>Settings for a device.</summary>
public sealed class DeviceOptions
{
    /// <summary>The maximum number of holders that have leases on the device at the same time.</summary>
    /// <value>
    /// <see langword="null"/> (the default) for 1 on an accelerator, and the number of processors on the CPU. The maximum is 10000.
    /// </value>
    public int? MaxConcurrentHolders { get; set; }

    /// <summary>
    /// The device memory that models may take: bytes, a size (<c>20GiB</c>, <c>512MiB</c>), a share (<c>80%</c>) of
    /// <see cref="Devices.DeviceInfo.MemoryBytes"/>, or <c>auto</c>.
    /// </summary>
    /// <remarks>
    /// With <c>auto</c>, the budget of an accelerator follows what other processes take, as far as its provider reports that
    /// (<see cref="Devices.IDeviceProvider.MemoryChanged"/>). When the budget shrinks, idle models are evicted. Models in use stay. Where
    /// the provider does not report it, the budget stays as it was at startup, and a warning is logged.
    /// </remarks>
    /// <value>
    /// <see langword="null"/> (the default) for all that an accelerator offers, and on the CPU for 75 % of what the runtime may use of the
    /// machine's or the container's memory, so that the application itself has room. A size above
    /// <see cref="Devices.DeviceInfo.TotalBytes"/> of an accelerator is an error. A
    /// size above <see cref="Devices.DeviceInfo.MemoryBytes"/> is a warning.
    /// </value>
    public string? MemoryBudget { get; set; }

    /// <summary><see langword="true"/> if the budget follows what other processes take.</summary>
    internal bool IsAuto => MemoryBudget?.Trim().Equals("auto", StringComparison.OrdinalIgnoreCase) == true;
}
