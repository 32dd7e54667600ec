namespace SharedModels;

/// <summary>The priority and the timeout of one request for a model.</summary>
public sealed record AcquireOptions
{
    /// <summary>The priority of the request.</summary>
    /// <value>The default is <see cref="LeasePriority.Normal"/>.</value>
    public LeasePriority Priority { get; init; } = LeasePriority.Normal;

    /// <summary>
    /// The group of callers that the request belongs to, such as a customer. Groups that wait with the same priority get device time in
    /// proportion to their weights (<c>SharedModels:Tenants:&lt;tenant&gt;:Weight</c>, by default 1), whatever number of requests each has.
    /// </summary>
    /// <value><see langword="null"/> (the default) means the group of all requests without a tenant.</value>
    public string? Tenant { get; init; }

    /// <summary>
    /// The maximum time to wait. A request that is expected to wait longer, based on earlier loads, moves and holds, is rejected
    /// immediately.
    /// </summary>
    /// <value>
    /// <see langword="null"/> (the default) to use <c>SharedModels:Leasing:AcquireTimeout</c>.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits indefinitely.
    /// </value>
    public TimeSpan? Timeout { get; init; }
}
