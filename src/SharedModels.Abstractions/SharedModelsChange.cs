namespace SharedModels;

/// <summary>A change in a manager.</summary>
public sealed record SharedModelsChange
{
    /// <summary>
    /// The number of the change. Changes are numbered consecutively. A snapshot reports the number of the last change that it includes.
    /// </summary>
    public required long Number { get; init; }

    /// <summary>The kind of change.</summary>
    public required SharedModelsChangeKind Kind { get; init; }

    /// <summary>The time of the change, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The model, or <see langword="null"/> if the change does not concern a model.</summary>
    public string? ModelId { get; init; }

    /// <summary>
    /// The version of the model that the change concerns, as in <see cref="ModelSnapshot.Version"/>. 0 if the change does not concern a
    /// model. <see cref="Residency"/> is that of the version that serves new requests, and the counts are sums over all versions.
    /// </summary>
    public int Version { get; init; }

    /// <summary>
    /// The device, or <see langword="null"/> if the change does not concern a device. For a released lease, the device that it was on.
    /// </summary>
    public Device? Device { get; init; }

    /// <summary>
    /// The number of the request or lease, which stays the same from the queue to the release. 0 if the change does not concern a lease.
    /// </summary>
    public long LeaseNumber { get; init; }

    /// <summary>The state of the model after the change, or <see langword="null"/> if the change does not concern a model.</summary>
    public ModelResidency? Residency { get; init; }

    /// <summary>
    /// The state of the model's replica on <see cref="Device"/> after the change, or <see langword="null"/> if the change does not concern
    /// a model that can have several.
    /// </summary>
    public ModelResidency? ReplicaResidency { get; init; }

    /// <summary>
    /// The number of holders of the model after the change, as in <see cref="ModelSnapshot.ActiveLeases"/>. 0 if the change does not
    /// concern a model.
    /// </summary>
    public int ActiveLeases { get; init; }

    /// <summary>
    /// The number of requests that wait for the model after the change, as in <see cref="ModelSnapshot.QueuedRequests"/>. 0 if the change
    /// does not concern a model.
    /// </summary>
    public int QueuedRequests { get; init; }

    /// <summary>
    /// The number of holders on the device after the change, as in <see cref="DeviceSnapshot.Holders"/>. 0 if the change does not concern
    /// a device.
    /// </summary>
    public int Holders { get; init; }

    /// <summary>
    /// The number of requests that wait for a model on the device after the change, as in <see cref="DeviceSnapshot.QueueLength"/>. 0 if
    /// the change does not concern a device.
    /// </summary>
    public int QueueLength { get; init; }

    /// <summary>The time that the granted or batched request waited, or that the lease was held. Zero for other changes.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The number of inputs of a batch that started. 0 for other changes.</summary>
    public int BatchSize { get; init; }

    /// <summary>The reason, if the change has one.</summary>
    public string? Detail { get; init; }
}
