namespace SharedModels;

/// <summary>The state of a model at a point in time.</summary>
public sealed record ModelSnapshot
{
    /// <summary>The model's id.</summary>
    public required string Id { get; init; }

    /// <summary>The full name of the model's class.</summary>
    public required string Type { get; init; }

    /// <summary>The state of the model in memory.</summary>
    public required ModelResidency Residency { get; init; }

    /// <summary>The device that the model is on or is moving to, or <see langword="null"/> if it has no device at the moment.</summary>
    public Device? Device { get; init; }

    /// <summary>The memory that the model takes when it is loaded. All values are zero until the model has been loaded once.</summary>
    public ModelFootprint Footprint { get; init; }

    /// <summary>The number of holders that use the model, including those of versions that are on trial or have been replaced.</summary>
    public int ActiveLeases { get; init; }

    /// <summary>The number of leases on the model that have been held longer than <c>SharedModels:Leasing:MaxHold</c>.</summary>
    public int OverdueLeases { get; init; }

    /// <summary>The number of requests for leases that wait for the model. Preloads are not counted.</summary>
    public int QueuedRequests { get; init; }

    /// <summary>
    /// Gets a value that indicates whether code of the model has taken longer than <c>SharedModels:Leasing:LoadTimeout</c> and is still
    /// running.
    /// </summary>
    public bool IsHanging { get; init; }

    /// <summary>The progress of the current load, if the model is an <see cref="IProgressModel"/> and has reported it.</summary>
    /// <value><see langword="null"/> (the default) if no progress has been reported or no load is running.</value>
    public ModelLoadProgress? LoadProgress { get; init; }

    /// <summary>The duration of the last load into host memory. Zero if the model has not been loaded yet.</summary>
    public TimeSpan LoadDuration { get; init; }

    /// <summary>The duration of the last move to a device. Zero if the model has not been moved yet.</summary>
    public TimeSpan MoveDuration { get; init; }

    /// <summary>The version that serves new requests. Each reload creates the next one.</summary>
    /// <value>The default is 1.</value>
    public int Version { get; init; } = 1;

    /// <summary>The new version that is on trial, or <see langword="null"/> if there is none.</summary>
    public ModelCanary? Canary { get; init; }

    /// <summary>The number of times that this version of the model has been loaded.</summary>
    public long Loads { get; init; }

    /// <summary>The number of times that the model has been evicted from its device.</summary>
    public long Evictions { get; init; }

    /// <summary>Gets a value that indicates whether the model must be on its device before the application is ready for requests.</summary>
    public bool IsPreloaded { get; init; }

    /// <summary>
    /// The number of devices that the model can be on at the same time, as in <see cref="SharedModelAttribute.MaxReplicas"/>, but at most
    /// the number of devices that can run it.
    /// </summary>
    /// <value>The default is 1.</value>
    public int MaxReplicas { get; init; } = 1;

    /// <summary>
    /// The replicas of the model that are in memory, or that could not be loaded. A model that cannot have several has one at most. The
    /// other properties describe the replica in whose queue requests wait, and the numbers of leases, requests, loads and evictions are
    /// sums.
    /// </summary>
    /// <value>The default is an empty list.</value>
    public IReadOnlyList<ModelReplicaSnapshot> Replicas { get; init; } = [];

    /// <summary>The reason why the last load or move failed, or <see langword="null"/> if it succeeded.</summary>
    public string? Error { get; init; }
}
