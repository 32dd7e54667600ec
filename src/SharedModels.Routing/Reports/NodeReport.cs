namespace SharedModels.Routing;

/// <summary>The state of a node, as the node reports it.</summary>
/// <remarks>
/// A complete report replaces everything that is known about the node. Other reports contain the devices, and the models that have
/// changed. Fields that a receiver does not know and entries without a name are ignored, so nodes and routers can have different versions.
/// </remarks>
public sealed record NodeReport
{
    /// <summary>The id of the node, such as its address. Every router must know the node by the same id.</summary>
    public required string Node { get; init; }

    /// <summary>A number that is different each time the node starts, such as its start time.</summary>
    public required long Instance { get; init; }

    /// <summary>The number of the report. It increases with each report of the instance.</summary>
    public required long Number { get; init; }

    /// <summary>Gets a value that indicates whether the report lists all devices and models of the node.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Gets a value that indicates whether the node rejects new requests because it is about to stop.</summary>
    public bool IsDraining { get; init; }

    /// <summary>The expected time until the running loads of models have ended. A further load takes that much longer.</summary>
    /// <value>The default is zero. The limits are zero and 1,000 days.</value>
    public TimeSpan LoadWait { get; init => field = ReportLimits.Time(value); }

    /// <summary>
    /// The ids of all models that the node can serve, in a complete report. Other reports do not repeat them.
    /// </summary>
    /// <value>The default is an empty list.</value>
    public IReadOnlyList<string> Serves { get; init => field = ReportLimits.Entries(value, static id => id); } = [];

    /// <summary>
    /// The devices of the node. A report that is not complete should contain all of them, because an unchanged device shows that the
    /// requests that were sent there do not wait.
    /// </summary>
    /// <value>The default is an empty list.</value>
    public IReadOnlyList<DeviceReport> Devices { get; init => field = ReportLimits.Entries(value, static entry => entry.Device); } = [];

    /// <summary>
    /// The models that are in memory, that have been measured, or that cannot be loaded at the moment. A report that is not complete
    /// contains only the models that have changed. Other models of <see cref="Serves"/> are absent, and their load time is not known.
    /// </summary>
    /// <value>The default is an empty list.</value>
    public IReadOnlyList<ModelReport> Models { get; init => field = ReportLimits.Entries(value, static entry => entry.Model); } = [];
}
