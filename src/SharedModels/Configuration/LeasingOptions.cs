namespace SharedModels.Configuration;

/// <summary>How requests for models wait.</summary>
public sealed class LeasingOptions
{
    /// <summary>How long a request waits for its model and device, loading included.</summary>
    /// <value>The default is 30 seconds; <see cref="Timeout.InfiniteTimeSpan"/> to wait for ever.</value>
    public TimeSpan AcquireTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests may wait for a device before further ones are refused.</summary>
    /// <value>The default is 256; 0 refuses every request that would have to wait.</value>
    public int MaxQueueLength { get; set; } = 256;

    /// <summary>How many later requests of the same priority, whose models are on the device already, may be served before a request.</summary>
    /// <value>The default is 16; 0 is strictly first in, first out, and swaps models the more often for it.</value>
    public int MaxBypass { get; set; } = 16;

    /// <summary>How many may be when the queue is long: a quarter of the requests that wait, between <see cref="MaxBypass"/> and this.</summary>
    /// <value>The default is 64; at most <see cref="MaxBypass"/> for a bound that does not depend on the queue.</value>
    public int MaxBypassUnderLoad { get; set; } = 64;

    /// <summary>How long a lease may be held; longer ones are logged, and their <see cref="IModelLease.Lost"/> fires.</summary>
    /// <remarks>The model stays in use until the lease is disposed: code that runs on a device cannot be stopped from outside.</remarks>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>: for as long as the holder likes.</value>
    public TimeSpan MaxHold { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>After how long a wait a request counts as one priority higher, so that low ones do not starve.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan PriorityAgeing { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After what time a request counts half in the popularity of its model, which decides who makes room.</summary>
    /// <value>The default is 5 minutes.</value>
    public TimeSpan PopularityHalfLife { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a model stays on its device at least before it makes room for another.</summary>
    /// <value>The default is zero: the bound on overtaking keeps models from driving each other out already.</value>
    public TimeSpan MinResidency { get; set; }

    /// <summary>After what time a model whose load or move failed is tried again, and a lost device probed; twice that after each further failure.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest of those times.</summary>
    /// <value>The default is 5 minutes.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether models that want an accelerator if there is one (<see cref="DevicePreference.Auto"/>) run on the CPU while none of the machine's
    /// accelerators serves, or is large enough. (A machine without any runs them on the CPU in any case.)
    /// </summary>
    /// <value>The default is <see langword="false"/>: their requests are refused meanwhile.</value>
    public bool CpuFallback { get; set; }

    /// <summary>Whether a lease remembers where it was acquired, to be logged if it is held too long; costs microseconds for each.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool CaptureStackTraces { get; set; }

    /// <summary>How long a load or a move may take before it counts as failed.</summary>
    /// <value>The default is 5 minutes.</value>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The numbers that the scheduler decides by.</summary>
    internal Scheduling.SchedulingPolicy ToPolicy() => new()
    {
        MaxBypass = MaxBypass,
        MaxBypassUnderLoad = MaxBypassUnderLoad,
        MaxRetryAfter = AcquireTimeout == Timeout.InfiniteTimeSpan ? long.MaxValue : AcquireTimeout.Ticks,
        MaxHold = MaxHold == Timeout.InfiniteTimeSpan ? long.MaxValue : MaxHold.Ticks,
        PriorityAgeing = PriorityAgeing.Ticks,
        PopularityHalfLife = PopularityHalfLife.Ticks,
        MinResidency = MinResidency.Ticks,
        RetryDelay = RetryDelay.Ticks,
        MaxRetryDelay = MaxRetryDelay.Ticks,
    };
}
