using SharedModels.Scheduling;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class BypassBarriersTests
{
    private const long Start = 100 * TimeSpan.TicksPerSecond;

    private static readonly SchedulingPolicy Policy = new() { MaxBypass = 1, MaxBypassUnderLoad = 1 };

    private readonly SchedulerParts _parts = new();

    [Theory]
    [InlineData(0, true)]
    [InlineData(TimeSpan.TicksPerSecond, true)]
    [InlineData(TimeSpan.TicksPerSecond + 1, false)]
    public void A_request_at_its_bound_keeps_its_turn_while_its_model_moves_unless_the_move_is_late(long elapsed, bool isBarrier)
    {
        var (moving, resident) = (_parts.AddLoaded("moving"), _parts.AddResident("resident"));
        var (head, younger) = (_parts.Wait(moving, new()), _parts.Wait(resident, new()));
        moving.Waiting.CountBypass(head.Priority, younger, Policy);
        moving.BeginMove(Start);
        var barriers = new BypassBarriers(Policy, _parts.Accelerator, Start + elapsed);
        barriers.Add(head, head.Priority);
        Assert.Equal((isBarrier, false), (barriers.Bars(younger, younger.Priority), barriers.Bars(head, head.Priority)));
    }
}
