using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class PriorityTests
{
    [Theory]
    [InlineData(0, 1_000, 0)]
    [InlineData(0, 1_099, 0)]
    [InlineData(0, 1_100, 1)]
    [InlineData(0, 1_199, 1)]
    [InlineData(0, 1_200, 2)]
    [InlineData(0, 9_000, WaitQueue.Priorities - 1)]
    [InlineData(2, 9_000, WaitQueue.Priorities - 1)]
    [InlineData(1, 1_150, 2)]
    public void A_request_rises_by_one_priority_with_each_period_up_to_the_highest(int priority, long now, int risen)
    {
        var world = new SchedulerWorld();
        var request = new TestRequest(world.AddModel("a"), new LeaseHolder()) { Priority = priority, EnqueuedAt = 1_000 };
        Assert.Equal(risen, request.PriorityAt(now, aging: 100));
    }
}
