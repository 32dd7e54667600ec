namespace SharedModels;

/// <summary>The state of a device at one moment.</summary>
public sealed record DeviceSnapshot
{
    /// <summary>The device.</summary>
    public required Device Device { get; init; }

    /// <summary>Bytes that models may take on it.</summary>
    public required long BudgetBytes { get; init; }

    /// <summary>
    /// <see langword="true"/> if <c>MemoryBudget</c> is <c>auto</c>: the budget follows what other processes take of the device.
    /// </summary>
    public bool IsBudgetAuto { get; init; }

    /// <summary>Bytes that models take on it: resident, moving in, and declared as working memory.</summary>
    public long UsedBytes { get; init; }

    /// <summary>Holders that have leases on it.</summary>
    public int Holders { get; init; }

    /// <summary>Holders that may have leases on it at once.</summary>
    public int MaxConcurrentHolders { get; init; }

    /// <summary>Requests that wait for a model on it.</summary>
    public int QueueLength { get; init; }

    /// <summary>Requests that may wait before further ones are rejected.</summary>
    public int MaxQueueLength { get; init; }

    /// <summary>
    /// <see langword="true"/> if the device has been lost, and its probes have failed, for longer than
    /// <c>SharedModels:Leasing:UnrecoverableAfter</c>. A restart of the process may bring it back.
    /// </summary>
    public bool IsUnrecoverable { get; init; }

    /// <summary>The reason why the device is lost, or <see langword="null"/> while it serves.</summary>
    public string? Error { get; init; }
}
