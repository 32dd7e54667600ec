using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>A model without an object: it has only the state that the scheduler sees.</summary>
internal sealed class TestModel(ModelSettings settings, ModelFootprint footprint) : ScheduledModel(settings)
{
    private bool _isConstructed;

    public TestModel(ModelSettings settings, long bytes)
        : this(settings, new ModelFootprint(bytes, bytes))
    {
    }

    public ModelFootprint ActualFootprint { get; } = footprint;

    public bool IsActuallyMutable { get; init; }

    /// <summary>The number of bytes that a placed model takes in addition to its estimate.</summary>
    public const long UnexpectedBytes = 3;

    /// <summary>Indicates whether the model is made for its device.</summary>
    public bool IsPlaced { get; init; }

    /// <summary>Indicates whether the first load only constructs the model and estimates its footprint.</summary>
    public bool IsEstimatedFirst { get; init; }

    /// <summary>The device that a placed model was made for, as far as its steps have succeeded.</summary>
    public Device? PlacedOn { get; private set; }

    /// <summary>Returns the result of a successful or failed step.</summary>
    public StepResult Complete(in SchedulerEffect step, bool succeeds)
    {
        var result = new StepResult(step) { Footprint = ActualFootprint, IsMutable = IsActuallyMutable };
        if (IsEstimatedFirst && succeeds && !_isConstructed && step.Kind == SchedulerEffectKind.Load)
        {
            _isConstructed = true;
            return result with { IsEstimate = true };
        }

        if (!IsPlaced)
            return result;
        if (step.Kind is SchedulerEffectKind.Evict or SchedulerEffectKind.Unload)
        {
            PlacedOn = succeeds ? null : PlacedOn;
            return result;
        }

        var device = step.Device!.Device;
        var isPlaced = step.Kind == SchedulerEffectKind.Move || device.IsCpu;
        PlacedOn = isPlaced && succeeds ? device : null;
        var bytes = ActualFootprint.DeviceBytes + (isPlaced ? UnexpectedBytes : 0);
        return result with
        {
            Footprint = ActualFootprint with { HostBytes = device.IsCpu ? bytes : 2, DeviceBytes = device.IsCpu ? 0 : bytes },
            IsPlaced = true,
        };
    }
}
