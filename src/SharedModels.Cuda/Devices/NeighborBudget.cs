namespace SharedModels.Cuda.Devices;

/// <summary>
/// The budget of a device, which follows the memory that other processes take. It shrinks immediately. It grows after the neighbors have
/// left more memory free for some time, to the minimum that was free in that time. This prevents a neighbor that comes and goes from
/// causing moves each time.
/// </summary>
internal sealed class NeighborBudget(long bytes, TimeSpan growthDelay)
{
    /// <summary>The unit of budgets. It ensures that small changes, which every neighbor makes constantly, have no effect.</summary>
    public const long Step = 32 << 20;

    private DateTimeOffset? _moreSince;
    private long _leastSince;

    /// <summary>The bytes that models can take.</summary>
    public long Bytes { get; private set; } = bytes;

    /// <summary>Applies a reading.</summary>
    /// <param name="available">The bytes that other processes leave for models.</param>
    /// <param name="inUse">The bytes that cannot be evicted now. The budget is never smaller.</param>
    /// <param name="now">The time of the reading.</param>
    /// <returns><see langword="true"/> if the budget has changed.</returns>
    public bool Update(long available, long inUse, DateTimeOffset now)
    {
        var offered = Math.Max(Math.Max(0, available) / Step * Step, inUse);
        if (offered <= Bytes)
        {
            _moreSince = null;
            var hasShrunk = offered < Bytes;
            Bytes = offered;
            return hasShrunk;
        }

        _leastSince = _moreSince is null ? offered : Math.Min(_leastSince, offered);
        _moreSince ??= now;
        if (now - _moreSince < growthDelay)
            return false;
        _moreSince = null;
        Bytes = _leastSince;
        return true;
    }
}
