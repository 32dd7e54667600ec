namespace SharedModels;

/// <summary>The state of a model at one moment.</summary>
public sealed record ModelSnapshot
{
    /// <summary>The model's id.</summary>
    public required string Id { get; init; }

    /// <summary>The full name of the model's class.</summary>
    public required string Type { get; init; }

    /// <summary>Where the model is between nothing and its device.</summary>
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

    /// <summary>Whether code of the model that took longer than <c>SharedModels:Leasing:LoadTimeout</c> still runs.</summary>
    public bool IsHanging { get; init; }

    /// <summary>How often the model was loaded.</summary>
    public long Loads { get; init; }

    /// <summary>How often the model was taken off its device.</summary>
    public long Evictions { get; init; }

    /// <summary>Whether the application wants the model to be on its device before it takes requests.</summary>
    public bool IsPreloaded { get; init; }

    /// <summary>Why the last load or move failed, or <see langword="null"/> if it did not.</summary>
    public string? Error { get; init; }
}
