using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Decisions;

/// <summary>The result of a load, move, eviction, unload or probe, in reply to a <see cref="SchedulerEffect"/>.</summary>
/// <param name="Step">The step that ended.</param>
/// <param name="Model">The model, or <see langword="null"/> for a probe.</param>
/// <param name="Device">The device that the step was for.</param>
/// <param name="Generation">The device's <see cref="ScheduledDevice.Generation"/> when the step started.</param>
internal readonly record struct StepResult(SchedulerEffectKind Step, ScheduledModel? Model, ScheduledDevice? Device, int Generation)
{
    /// <summary>Creates the result of the step that an effect requests.</summary>
    public StepResult(in SchedulerEffect effect)
        : this(effect.Kind, effect.Model, effect.Device, effect.Device?.Generation ?? 0)
    {
    }

    /// <summary>The memory that a loaded model takes.</summary>
    public ModelFootprint Footprint { get; init; }

    /// <summary>Indicates whether the model was only constructed, so that <see cref="Footprint"/> is an estimate.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>Indicates whether use changes the loaded model.</summary>
    public bool IsMutable { get; init; }

    /// <summary>
    /// Indicates whether the model is made for the device of the step, so that it must be loaded again for another device. A move has then
    /// measured its <see cref="Footprint"/>.
    /// </summary>
    public bool IsPlaced { get; init; }

    /// <summary>The number of bytes that a move copied: the whole model to its device, or a mutable model back to the host.</summary>
    public long TransferredBytes { get; init; }

    public StepFailure FailureKind { get; init; }

    /// <summary>The reason why the step failed, or <see langword="null"/> if it succeeded.</summary>
    public Failure? Failure { get; init; }

    /// <summary>
    /// The object in which the scheduler records the bytes of a step whose code is still running, or <see langword="null"/> if no code is.
    /// </summary>
    public AbandonedMemory? Abandoned { get; init; }
}
