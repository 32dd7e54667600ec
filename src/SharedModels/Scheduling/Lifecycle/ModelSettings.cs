using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>What the scheduler has to know of a model from the start.</summary>
internal sealed record ModelSettings(string Id)
{
    /// <summary>Devices that the model may run on; empty if the machine has none that it accepts.</summary>
    public required IReadOnlyList<ScheduledDevice> Candidates { get; init; }

    /// <summary>The CPU, if the model may run there while none of its other devices serves or has enough memory.</summary>
    public ScheduledDevice? Fallback { get; init; }

    public int MaxLeases { get; init; } = 1;

    /// <summary>How long the model stays in memory unused, in ticks; <see cref="long.MaxValue"/> indefinitely.</summary>
    public long KeepAlive { get; init; } = long.MaxValue;

    /// <summary>Whether the model can be loaded again after it was unloaded.</summary>
    public bool CanReload { get; init; } = true;

    public bool IsPreloaded { get; init; }
}
