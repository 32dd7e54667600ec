namespace SharedModels.Cuda.Devices;

/// <summary>
/// The budget of a device that follows what other processes take of its memory. It shrinks at once. It grows when they have left more for
/// some time, to the least that they left in that time, so that a neighbour that comes and goes does not have models move each time.
/// </summary>
internal sealed class NeighbourBudget(long bytes, TimeSpan growthDelay)
{
    /// <summary>Budgets are multiples of this, so that small changes, which every neighbour makes all the time, change nothing.</summary>
    public const long Step = 32 << 20;

    private DateTimeOffset? _moreSince;
    private long _leastSince;

    /// <summary>The bytes that models may take.</summary>
    public long Bytes { get; private set; } = bytes;

    /// <summary>Takes a reading over.</summary>
    /// <param name="available">The bytes that other processes leave to models.</param>
    /// <param name="inUse">The bytes that cannot be evicted now: the budget is never less.</param>
    /// <param name="now">The time of the reading.</param>
    /// <returns>Whether the budget has changed.</returns>
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
