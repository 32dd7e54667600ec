namespace SharedModels.Scheduling;

/// <summary>The numbers that the scheduler's decisions depend on; times in ticks.</summary>
internal sealed record SchedulingPolicy
{
    /// <summary>How many younger requests of its priority may be served before a request.</summary>
    public int MaxBypass { get; init; } = 16;

    /// <summary>How many may be when so many wait that a quarter of them is more than <see cref="MaxBypass"/>.</summary>
    public int MaxBypassUnderLoad { get; init; } = 64;

    /// <summary>How long younger requests may be served before a request; by default half of its own timeout.</summary>
    public long? MaxBypassTime { get; init; }

    /// <summary>The longest time after which a rejected request is told to come back: how long it could have waited.</summary>
    public long MaxRetryAfter { get; init; } = long.MaxValue;

    /// <summary>For how long probes of a device must fail before it is one that this process cannot recover.</summary>
    public long UnrecoverableAfter { get; init; } = TimeSpan.FromMinutes(5).Ticks;

    /// <summary>How long a lease may be held before its holder is notified that it is lost.</summary>
    public long MaxHold { get; init; } = long.MaxValue;

    /// <summary>After how much waiting a request counts as one priority higher.</summary>
    public long PriorityAgeing { get; init; } = TimeSpan.FromSeconds(10).Ticks;

    /// <summary>After what time a request counts half in the popularity of its model.</summary>
    public long PopularityHalfLife { get; init; } = TimeSpan.FromMinutes(5).Ticks;

    /// <summary>How long a model stays on its device at least before another one's need drives it out.</summary>
    public long MinResidency { get; init; }

    /// <summary>
    /// After what time a model whose load or move failed is tried again, and a
    /// lost device probed; twice as long after each further failure.
    /// </summary>
    public long RetryDelay { get; init; } = TimeSpan.FromSeconds(1).Ticks;

    public long MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(5).Ticks;

    /// <summary>
    /// The bound on bypassing while so many requests wait: the longer the queue, the more requests share the cost of a swap.
    /// </summary>
    public int BypassBound(int queueLength) => MaxBypass == 0 ? 0 : Math.Max(MaxBypass, Math.Min(MaxBypassUnderLoad, queueLength / 4));

    /// <summary>How long a request that waits for <paramref name="timeout"/> at most may be bypassed.</summary>
    public long BypassTime(long timeout) => MaxBypassTime ?? (timeout == long.MaxValue ? long.MaxValue : timeout / 2);

    /// <summary>How long to wait after so many failures in a row.</summary>
    public long BackOff(int failures) => (long)Math.Min(MaxRetryDelay, RetryDelay * Math.Pow(2, Math.Min(failures - 1, 40)));
}
