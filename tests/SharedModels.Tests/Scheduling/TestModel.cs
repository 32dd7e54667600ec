using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>A model without an object: it has only the state that the scheduler sees.</summary>
internal sealed class TestModel(ModelSettings settings, ModelFootprint footprint) : ScheduledModel(settings)
{
    public TestModel(ModelSettings settings, long bytes)
        : this(settings, new ModelFootprint(bytes, bytes))
    {
    }

    public ModelFootprint ActualFootprint { get; } = footprint;

    public bool IsActuallyMutable { get; init; }
}
