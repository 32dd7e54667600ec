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

    /// <summary>Whether a lease remembers where it was acquired, to be logged if it is held too long; costs microseconds for each.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool CaptureStackTraces { get; set; }

    /// <summary>How long a load or a move may take before it counts as failed.</summary>
    /// <value>The default is 5 minutes.</value>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
