using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Decisions;

/// <summary>How a load, move, eviction, unload or probe ended: the reply to a <see cref="SchedulerEffect"/>.</summary>
/// <param name="Step">What ended.</param>
/// <param name="Model">The model; <see langword="null"/> for a probe.</param>
/// <param name="Device">The device that the step was for.</param>
/// <param name="Generation">The device's <see cref="ScheduledDevice.Generation"/> when the step began.</param>
internal readonly record struct StepResult(SchedulerEffectKind Step, ScheduledModel? Model, ScheduledDevice? Device, int Generation)
{
    /// <summary>The result of the step that an effect asks for.</summary>
    public StepResult(in SchedulerEffect effect)
        : this(effect.Kind, effect.Model, effect.Device, effect.Device?.Generation ?? 0)
    {
    }

    /// <summary>What a loaded model takes.</summary>
    public ModelFootprint Footprint { get; init; }

    /// <summary>Whether the model was not loaded but constructed, and <see cref="Footprint"/> is what it expects to take.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>Whether use changes the loaded model.</summary>
    public bool IsMutable { get; init; }

    /// <summary>Bytes that a move has copied: all of a model to its device, and those of a mutable one back.</summary>
    public long TransferredBytes { get; init; }

    public StepFailure FailureKind { get; init; }

    /// <summary>Why the step failed; <see langword="null"/> if it did not.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Where the scheduler notes the bytes of a step whose code still runs; <see langword="null"/> if none does.</summary>
    public AbandonedMemory? Abandoned { get; init; }
}
