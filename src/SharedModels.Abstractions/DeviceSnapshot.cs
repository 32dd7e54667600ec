namespace SharedModels;

/// <summary>The state of a device at a point in time.</summary>
public sealed record DeviceSnapshot
{
    /// <summary>The device.</summary>
    public required Device Device { get; init; }

    /// <summary>The number of bytes that models can take on the device.</summary>
    public required long BudgetBytes { get; init; }

    /// <summary>
    /// Gets a value that indicates whether <c>MemoryBudget</c> is <c>auto</c>: the budget follows the memory that other processes take.
    /// </summary>
    public bool IsBudgetAuto { get; init; }

    /// <summary>The number of bytes taken by models: on the device, moving to it, or declared as working memory.</summary>
    public long UsedBytes { get; init; }

    /// <summary>The number of holders with leases on the device.</summary>
    public int Holders { get; init; }

    /// <summary>The maximum number of holders that can have leases on the device at the same time.</summary>
    public int MaxConcurrentHolders { get; init; }

    /// <summary>The number of requests that wait for a model on the device.</summary>
    public int QueueLength { get; init; }

    /// <summary>The maximum number of waiting requests. Further requests are rejected.</summary>
    public int MaxQueueLength { get; init; }

    /// <summary>The typical time that a holder keeps its leases on the device. Zero until it has been measured.</summary>
    public TimeSpan TypicalHold { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the device has been lost, and its probes have failed, for longer than
    /// <c>SharedModels:Leasing:UnrecoverableAfter</c>. Restarting the process may recover the device.
    /// </summary>
    public bool IsUnrecoverable { get; init; }

    /// <summary>The reason why the device is lost, or <see langword="null"/> while it is available.</summary>
    public string? Error { get; init; }
}
