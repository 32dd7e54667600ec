namespace SharedModels;

/// <summary>The priority and the timeout of one request for a model.</summary>
public sealed record AcquireOptions
{
    /// <summary>The priority of the request.</summary>
    /// <value>The default is <see cref="LeasePriority.Normal"/>.</value>
    public LeasePriority Priority { get; init; } = LeasePriority.Normal;

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
