using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>The scheduler's settings for a model.</summary>
internal sealed record ModelSettings(string Id)
{
    /// <summary>The number of the model's version, from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The devices that the model can run on. The list is empty if no device of the machine is suitable.</summary>
    public required IReadOnlyList<ScheduledDevice> Candidates { get; init; }

    /// <summary>The CPU, if the model can run there while none of its other devices is available with enough memory.</summary>
    public ScheduledDevice? Fallback { get; init; }

    public int MaxLeases { get; init; } = 1;

    /// <summary>The time that an unused model stays in memory, in ticks. <see cref="long.MaxValue"/> means indefinitely.</summary>
    public long KeepAlive { get; init; } = long.MaxValue;

    /// <summary>Indicates whether the model can be loaded again after an unload.</summary>
    public bool CanReload { get; init; } = true;

    public bool IsPreloaded { get; init; }

    /// <summary>
    /// Indicates whether a replica shares the host's copy of the model, so that its own part is known only once it exists.
    /// </summary>
    public bool SharesHostCopy { get; init; }

    /// <summary>The maximum number of inputs in a batch.</summary>
    public int MaxBatchSize { get; init; } = 1;

    /// <summary>The time that an input waits for others while the model is available, in ticks.</summary>
    public long MaxBatchDelay { get; init; }

    /// <summary>The time that a batch should take at most, in ticks.</summary>
    public long TargetBatchTicks { get; init; } = long.MaxValue;
}
