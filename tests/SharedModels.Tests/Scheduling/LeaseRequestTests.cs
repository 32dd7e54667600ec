using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class LeaseRequestTests
{
    [Fact]
    public void Code_has_leases_if_any_of_its_holders_has_one()
    {
        var parts = new SchedulerParts();
        var model = parts.AddResident("a");
        var (with, without) = (parts.Hold(model), new LeaseHolder());
        Assert.False(HoldsLeases(without));
        Assert.False(HoldsLeases(without, without));
        Assert.True(HoldsLeases(with));
        Assert.True(HoldsLeases(with, without));
        Assert.True(HoldsLeases(without, without, with));

        bool HoldsLeases(LeaseHolder holder, params LeaseHolder[] meanwhile) =>
            new TestRequest(model, holder) { HeldMeanwhile = meanwhile }.HoldsLeases;
    }

    [Fact]
    public void While_draining_only_code_that_has_leases_gets_more()
    {
        var world = new SchedulerWorld(slots: 4);
        var (a, b) = (world.AddResident("a"), world.AddResident("b", maxLeases: 4));
        var held = world.Acquire(a);
        world.Tell(() => world.Scheduler.BeginDrain(world.Now));
        Assert.True(world.Acquire(b, held.Holder).IsHeld);
        var nested = new TestRequest(b, new()) { HeldMeanwhile = [new(), held.Holder] };
        world.Acquire(nested);
        Assert.True(nested.IsHeld);
        Assert.Equal(RejectionReason.ShuttingDown, world.Acquire(b).Rejection?.Reason);
    }
}
