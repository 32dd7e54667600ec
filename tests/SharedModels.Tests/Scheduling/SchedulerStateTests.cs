using SharedModels.Scheduling.Decisions;

namespace SharedModels.Tests.Scheduling;

public sealed class SchedulerStateTests
{
    [Fact]
    public void The_list_passed_in_exchange_receives_the_next_effects()
    {
        var state = new SchedulerParts().State;
        var empty = new List<SchedulerEffect>();
        Assert.NotSame(empty, state.TakeEffects(empty));
        state.Emit(new(SchedulerEffectKind.Probe));
        Assert.Same(empty, state.TakeEffects(empty: null));
        Assert.Single(empty);
    }
}
