namespace SharedModels.Routing;

/// <summary>The state of a model on a node.</summary>
public sealed record ModelReport
{
    /// <summary>The id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// The device that the model is on or moves to, or <see langword="null"/> if the node has not chosen one. It is one of the node's
    /// devices.
    /// </summary>
    public string? Device { get; init; }

    /// <summary>The place of the model.</summary>
    /// <value>The default is <see cref="ModelPresence.Absent"/>.</value>
    public ModelPresence Presence { get; init; }

    /// <summary>
    /// The expected time until the model is on a device, if a request for it arrives now, or <see langword="null"/> if the node has not
    /// measured it.
    /// </summary>
    /// <value>The default is <see langword="null"/>. The limits are zero and 1,000 days.</value>
    public TimeSpan? Arrival { get; init => field = ReportLimits.Time(value); }

    /// <summary>
    /// The time that the model takes to be loaded and to move to a device, or <see langword="null"/> if the node has not measured it.
    /// Routers expect the same of other nodes that have not measured it.
    /// </summary>
    /// <value>The default is <see langword="null"/>. The limits are zero and 1,000 days.</value>
    public TimeSpan? LoadTime { get; init => field = ReportLimits.Time(value); }

    /// <summary>The number of bytes that the model takes on a device. 0 means that it is not known.</summary>
    public long Bytes { get; init; }

    /// <summary>The version of the model that serves new requests. 0 means that it is not known.</summary>
    public int Version { get; init; }

    /// <summary>The number of requests that wait for the model.</summary>
    /// <value>The default is 0. The limits are 0 and 1,000,000.</value>
    public int Queued { get; init => field = ReportLimits.Count(value); }

    /// <summary>
    /// Gets a value that indicates whether the node rejects requests for the model, because the model could not be loaded or does not fit.
    /// </summary>
    public bool IsUnavailable { get; init; }
}
