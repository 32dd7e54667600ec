using SharedModels.Scheduling;

namespace SharedModels.Tests.Scheduling;

/// <summary>A model without an object behind it; what the scheduler sees is all there is.</summary>
internal sealed class TestModel(ModelSettings settings, long bytes) : ScheduledModel(settings)
{
    public ModelFootprint ActualFootprint { get; } = new(bytes, bytes);
}
