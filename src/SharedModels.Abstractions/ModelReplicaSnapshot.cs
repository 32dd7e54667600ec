namespace SharedModels;

/// <summary>The state of one replica of a model at a point in time.</summary>
public sealed record ModelReplicaSnapshot
{
    /// <summary>The state of the replica in memory.</summary>
    public required ModelResidency Residency { get; init; }

    /// <summary>The device that the replica is on or is moving to, or <see langword="null"/> if it has no device at the moment.</summary>
    public Device? Device { get; init; }

    /// <summary>The memory that the replica takes.</summary>
    public ModelFootprint Footprint { get; init; }

    /// <summary>The number of holders that use the replica.</summary>
    public int ActiveLeases { get; init; }

    /// <summary>
    /// The bytes of working memory that are reserved for the replica's uses: for each lease, and for each input of a running batch.
    /// </summary>
    public long WorkingBytes { get; init; }

    /// <summary>
    /// The largest number of bytes of working memory that were reserved at the same time since the replica arrived on its device.
    /// </summary>
    public long PeakWorkingBytes { get; init; }

    /// <summary>The reason why the last load or move of the replica failed, or <see langword="null"/> if it succeeded.</summary>
    public string? Error { get; init; }
}
