namespace SharedModels.Configuration;

/// <summary>How a device is shared.</summary>
public sealed class DeviceOptions
{
    /// <summary>How many holders may have leases on the device at once.</summary>
    /// <value><see langword="null"/> (the default) for 1 on an accelerator, and the number of processors on the CPU.</value>
    public int? MaxConcurrentHolders { get; set; }

    /// <summary>How much of the device's memory models may take: bytes, a size (<c>20GiB</c>, <c>512MiB</c>), or a share (<c>80%</c>).</summary>
    /// <value><see langword="null"/> (the default) for all of it.</value>
    public string? MemoryBudget { get; set; }
}
