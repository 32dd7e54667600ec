namespace SharedModels.Scheduling;

/// <summary>The settings that the scheduler's decisions depend on. Times are in ticks.</summary>
internal sealed record SchedulingPolicy
{
    /// <summary>The maximum number of younger requests of its priority that can bypass a request.</summary>
    public int MaxBypass { get; init; } = 16;

    /// <summary>
    /// The maximum number of bypasses under load, when a quarter of the waiting requests is more than <see cref="MaxBypass"/>.
    /// </summary>
    public int MaxBypassUnderLoad { get; init; } = 64;

    /// <summary>The maximum time during which younger requests can bypass a request. The default is half of its own timeout.</summary>
    public long? MaxBypassTime { get; init; }

    /// <summary>The maximum retry time of a rejected request, which is the time that it could have waited.</summary>
    public long MaxRetryAfter { get; init; } = long.MaxValue;

    /// <summary>The time for which probes of a device must fail before the device counts as unrecoverable by this process.</summary>
    public long UnrecoverableAfter { get; init; } = TimeSpan.FromMinutes(5).Ticks;

    /// <summary>The maximum time that a lease can be held before its holder is notified that it is lost.</summary>
    public long MaxHold { get; init; } = long.MaxValue;

    /// <summary>The waiting time that raises the priority of a request by one level.</summary>
    public long PriorityAging { get; init; } = TimeSpan.FromSeconds(10).Ticks;

    /// <summary>The time after which a request counts half in the popularity of its model.</summary>
    public long PopularityHalfLife { get; init; } = TimeSpan.FromMinutes(5).Ticks;

    /// <summary>The minimum time that a model stays on its device before it is evicted for another model.</summary>
    public long MinResidency { get; init; }

    /// <summary>
    /// The time after which a failed load or move is tried again, and a lost device is probed. It doubles after each further failure.
    /// </summary>
    public long RetryDelay { get; init; } = TimeSpan.FromSeconds(1).Ticks;

    public long MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(5).Ticks;

    /// <summary>The shares of device time of tenants, relative to each other. Other tenants have 1.</summary>
    public IReadOnlyDictionary<string, double> TenantWeights { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>
    /// Returns the maximum number of bypasses for a queue length. The longer the queue, the more requests share the cost of a swap.
    /// </summary>
    public int BypassBound(int queueLength) => MaxBypass == 0 ? 0 : Math.Max(MaxBypass, Math.Min(MaxBypassUnderLoad, queueLength / 4));

    /// <summary>Returns the time during which a request with the given maximum wait can be bypassed.</summary>
    public long BypassTime(long timeout) => MaxBypassTime ?? (timeout == long.MaxValue ? long.MaxValue : timeout / 2);

    /// <summary>Returns the time to wait after the given number of consecutive failures.</summary>
    public long BackOff(int failures) => (long)Math.Min(MaxRetryDelay, RetryDelay * Math.Pow(2, Math.Min(failures - 1, 40)));
}
