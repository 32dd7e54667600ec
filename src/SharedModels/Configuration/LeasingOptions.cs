namespace SharedModels.Configuration;

/// <summary>Settings for requests, leases and the loading of models.</summary>
public sealed class LeasingOptions
{
    /// <summary>The maximum time that a request waits for its model and device, including loading.</summary>
    /// <value>The default is 30 seconds. <see cref="Timeout.InfiniteTimeSpan"/> means that requests wait indefinitely.</value>
    public TimeSpan AcquireTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The maximum number of requests that wait for a device. Further requests are rejected.</summary>
    /// <value>The default is 256. With 0, every request that cannot be granted immediately is rejected.</value>
    public int MaxQueueLength { get; set; } = 256;

    /// <summary>
    /// The maximum number of later requests of the same priority, for models already on the device, that can bypass a request.
    /// </summary>
    /// <value>The default is 16. With 0, requests are served strictly first in, first out, and models are swapped more often.</value>
    public int MaxBypass { get; set; } = 16;

    /// <summary>
    /// The maximum number of bypassing requests when the queue is long. The limit is a quarter of the waiting requests, but at least
    /// <see cref="MaxBypass"/> and at most this value.
    /// </summary>
    /// <value>The default is 64. With a value of <see cref="MaxBypass"/> or less, the limit does not depend on the queue.</value>
    public int MaxBypassUnderLoad { get; set; } = 64;

    /// <summary>The maximum time during which later requests can bypass a request.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means half of the request's own timeout. With <see cref="Timeout.InfiniteTimeSpan"/>, only the
    /// number of bypassing requests is limited.
    /// </value>
    public TimeSpan? MaxBypassTime { get; set; }

    /// <summary>
    /// The maximum time that a lease can be held. A longer hold is logged, and <see cref="IModelLease.Lost"/> is canceled.
    /// </summary>
    /// <remarks>
    /// The model stays in use until the lease is disposed, because code that runs on a device cannot be stopped from outside.
    /// </remarks>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>, which means no limit.</value>
    public TimeSpan MaxHold { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// The waiting time that raises the priority of a request by one level, so that requests with a low priority do not starve.
    /// </summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan PriorityAging { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time after which a request counts half in the popularity of its model. Unpopular models are evicted first.
    /// </summary>
    /// <value>The default is 5 minutes.</value>
    public TimeSpan PopularityHalfLife { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The minimum time that a model stays on its device before it is evicted for another model.</summary>
    /// <value>The default is zero, because <see cref="MaxBypass"/> already prevents models from evicting each other constantly.</value>
    public TimeSpan MinResidency { get; set; }

    /// <summary>
    /// The time after which a failed load or move is tried again, and a lost device is probed. The time doubles after each further failure.
    /// </summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum time between two attempts.</summary>
    /// <value>The default is 5 minutes.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time for which probes of a lost device must keep failing before the liveness check becomes unhealthy. By then, this process is
    /// unlikely to recover the device, but a new one may.
    /// </summary>
    /// <value>
    /// The default is 5 minutes. With <see cref="Timeout.InfiniteTimeSpan"/>, a lost device never makes the liveness check unhealthy.
    /// </value>
    public TimeSpan UnrecoverableAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets a value that indicates whether models with <see cref="DevicePreference.Auto"/> run on the CPU while none of the
    /// machine's accelerators is available or large enough. A machine without accelerators always runs them on the CPU.
    /// </summary>
    /// <value>The default is <see langword="false"/>: requests for these models are rejected.</value>
    public bool CpuFallback { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether to record where each lease is acquired. The stack trace is logged if the lease is held
    /// too long. Recording takes microseconds per lease.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool CaptureStackTraces { get; set; }

    /// <summary>The maximum time of a load or a move. A longer one fails.</summary>
    /// <value>The default is 5 minutes. The maximum is 1 day.</value>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time for which an application that stops still accepts requests, while its readiness check is already unhealthy. Meanwhile load
    /// balancers notice that they should send their requests elsewhere.
    /// </summary>
    /// <value>
    /// The default is zero. The time is a part of the host's shutdown timeout, and should exceed the time in which a load balancer notices.
    /// </value>
    public TimeSpan StopNotice { get; set; }

    /// <summary>Returns the scheduler's settings.</summary>
    internal Scheduling.SchedulingPolicy ToPolicy(IReadOnlyDictionary<string, TenantOptions> tenants) => new()
    {
        TenantWeights = tenants.ToDictionary(static tenant => tenant.Key, static tenant => tenant.Value.Weight, StringComparer.Ordinal),
        MaxBypass = MaxBypass,
        MaxBypassUnderLoad = MaxBypassUnderLoad,
        MaxBypassTime = MaxBypassTime is not { } time ? null : time == Timeout.InfiniteTimeSpan ? long.MaxValue : time.Ticks,
        UnrecoverableAfter = UnrecoverableAfter == Timeout.InfiniteTimeSpan ? long.MaxValue : UnrecoverableAfter.Ticks,
        MaxRetryAfter = AcquireTimeout == Timeout.InfiniteTimeSpan ? long.MaxValue : AcquireTimeout.Ticks,
        MaxHold = MaxHold == Timeout.InfiniteTimeSpan ? long.MaxValue : MaxHold.Ticks,
        PriorityAging = PriorityAging.Ticks,
        PopularityHalfLife = PopularityHalfLife.Ticks,
        MinResidency = MinResidency.Ticks,
        RetryDelay = RetryDelay.Ticks,
        MaxRetryDelay = MaxRetryDelay.Ticks,
    };
}
