namespace SharedModels.Routing;

/// <summary>The state of a device of a node.</summary>
public sealed record DeviceReport
{
    /// <summary>The name of the device, such as <c>cuda:0</c>. It is unique on its node.</summary>
    public required string Device { get; init; }

    /// <summary>The expected wait of a new request for a model that is on the device.</summary>
    /// <value>The default is zero. The limits are zero and 1,000 days.</value>
    public TimeSpan Wait { get; init => field = ReportLimits.Time(value); }

    /// <summary>The typical time that a request uses the device.</summary>
    /// <value>The default is zero, which means that it is not known yet. The limits are zero and 1,000 days.</value>
    public TimeSpan Hold { get; init => field = ReportLimits.Time(value); }

    /// <summary>The number of requests that the device serves at the same time.</summary>
    /// <value>The default is 1, which is also the minimum.</value>
    public int Slots { get; init => field = Math.Max(1, value); } = 1;

    /// <summary>The number of requests that wait for the device.</summary>
    /// <value>The default is 0. The limits are 0 and 1,000,000.</value>
    public int Queued { get; init => field = ReportLimits.Count(value); }

    /// <summary>The number of bytes that models can take on the device.</summary>
    public long BudgetBytes { get; init; }

    /// <summary>The number of bytes that a model can take without the eviction of another model.</summary>
    public long FreeBytes { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the device rejects further requests, because its queue is full or because the device is lost.
    /// </summary>
    public bool IsUnavailable { get; init; }
}
