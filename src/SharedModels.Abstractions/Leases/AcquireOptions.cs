namespace SharedModels;

/// <summary>How one request for a model waits.</summary>
public sealed record AcquireOptions
{
    /// <summary>Before which other requests it goes.</summary>
    /// <value>The default is <see cref="LeasePriority.Normal"/>.</value>
    public LeasePriority Priority { get; init; } = LeasePriority.Normal;

    /// <summary>How long it waits at most; a request that would wait longer, as loads, moves and holds took before, is rejected at once.</summary>
    /// <value><see langword="null"/> (the default) for <c>SharedModels:Leasing:AcquireTimeout</c>; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for ever.</value>
    public TimeSpan? Timeout { get; init; }
}
