namespace SharedModels;

/// <summary>The state of a model at one moment.</summary>
public sealed record ModelSnapshot
{
    /// <summary>The model's id.</summary>
    public required string Id { get; init; }

    /// <summary>The full name of the model's class.</summary>
    public required string Type { get; init; }

    /// <summary>The state of the model in memory.</summary>
    public required ModelResidency Residency { get; init; }

    /// <summary>The device that the model is on or moves to, or <see langword="null"/> if it has none at the moment.</summary>
    public Device? Device { get; init; }

    /// <summary>The memory that the model takes when it is loaded; zeros until it has been once.</summary>
    public ModelFootprint Footprint { get; init; }

    /// <summary>Holders that use the model.</summary>
    public int ActiveLeases { get; init; }

    /// <summary>Leases on the model that have been held longer than <c>SharedModels:Leasing:MaxHold</c>.</summary>
    public int OverdueLeases { get; init; }

    /// <summary>Requests that wait for the model.</summary>
    public int QueuedRequests { get; init; }

    /// <summary>
    /// <see langword="true"/> while code of the model that took longer than <c>SharedModels:Leasing:LoadTimeout</c> still runs.
    /// </summary>
    public bool IsHanging { get; init; }

    /// <summary>How far the load has come that is running, if the model is an <see cref="IProgressModel"/> and has reported it.</summary>
    /// <value><see langword="null"/> (the default) if nothing has been reported, or no load is running.</value>
    public ModelLoadProgress? LoadProgress { get; init; }

    /// <summary>The number of times that the model was loaded.</summary>
    public long Loads { get; init; }

    /// <summary>The number of times that the model was evicted from its device.</summary>
    public long Evictions { get; init; }

    /// <summary><see langword="true"/> if the model must be on its device before the application takes requests.</summary>
    public bool IsPreloaded { get; init; }

    /// <summary>The reason why the last load or move failed, or <see langword="null"/> if it succeeded.</summary>
    public string? Error { get; init; }
}
