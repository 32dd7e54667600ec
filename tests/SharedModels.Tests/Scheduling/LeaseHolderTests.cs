using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class LeaseHolderTests
{
    [Fact]
    public void A_holder_counts_its_leases_and_is_urgent_while_it_waits_with_some()
    {
        var world = new SchedulerWorld(slots: 2);
        var (a, b) = (world.AddResident("a"), world.AddResident("b"));
        var holder = new LeaseHolder();
        var other = world.Acquire(b);
        var first = world.Acquire(a, holder);
        var again = world.Acquire(a, holder);
        Assert.Equal((2, 0, false), (holder.Leases, holder.Waits, holder.IsUrgent));
        var waiting = world.Acquire(b, holder);
        Assert.Equal((2, 1, true), (holder.Leases, holder.Waits, holder.IsUrgent));
        world.Release(first);
        Assert.Equal((1, 1, true), (holder.Leases, holder.Waits, holder.IsUrgent));
        world.Release(again);
        Assert.Equal((0, 1, false), (holder.Leases, holder.Waits, holder.IsUrgent));
        world.Release(other);
        Assert.Equal((1, 0, true), (holder.Leases, holder.Waits, waiting.IsHeld));
    }

    [Fact]
    public void The_oldest_request_of_a_holder_comes_first()
    {
        var world = new SchedulerWorld(slots: 2);
        var (a, b, c) = (world.AddResident("a"), world.AddResident("b"), world.AddResident("c"));
        var holder = new LeaseHolder();
        var (heldB, heldC) = (world.Acquire(b), world.Acquire(c, holder));
        var (first, second) = (world.Acquire(b, holder), world.Acquire(b, holder, priority: 2));
        Assert.Same(first, holder.FindWaitingOn(world.Device, static _ => true));
        Assert.Same(second, holder.FindWaitingOn(world.Device, request => request != first));
        Assert.Null(holder.FindWaitingOn(world.AddDevice(new Device("fake", 1), 100), static _ => true));
        Assert.True(heldB.IsHeld && heldC.IsHeld && a.IsIdle);
    }

    [Fact]
    public void A_request_that_was_overdue_once_is_not_when_it_is_granted_again()
    {
        var world = new SchedulerWorld();
        var a = world.AddResident("a");
        var request = world.Acquire(a);
        world.Advance(300);
        Assert.Equal(1, a.OverdueLeases);
        world.Release(request);
        world.Acquire(request);
        world.Release(request);
        Assert.Equal(0, a.OverdueLeases);
    }

    [Fact]
    public void The_queue_of_a_group_is_forgotten_with_its_last_request()
    {
        var world = new SchedulerWorld();
        var (a, b) = (world.AddResident("a"), world.AddResident("b"));
        var held = world.Acquire(a);
        var group = world.AcquireAll(a, b);
        Assert.Same(group.Queue, world.Scheduler.QueueFor([a, b]));
        Assert.True(world.Cancel(group));
        Assert.NotSame(group.Queue, world.Scheduler.QueueFor([a, b]));
        Assert.True(held.IsHeld);
    }

    [Fact]
    public void Code_that_waits_through_another_holder_can_wait_only_for_the_witness()
    {
        var parts = new SchedulerParts();
        var (a, b) = (parts.AddResident("a"), parts.AddResident("b"));
        var (holder, witness) = (parts.Hold(a), parts.Hold(b));
        var wait = parts.Wait(new TestRequest(b, new()) { HeldMeanwhile = [holder] });
        Assert.True(holder.MayWaitFor(new()));
        wait.Witness = witness;
        Assert.True(holder.MayWaitFor(witness));
        Assert.False(holder.MayWaitFor(new()));
    }
}
