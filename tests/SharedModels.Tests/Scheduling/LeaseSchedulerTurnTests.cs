using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The order of service, and cycles, in complex cases.</summary>
public sealed class LeaseSchedulerTurnTests
{
    [Fact]
    public void Two_holders_that_pass_a_model_to_each_other_do_not_starve_a_third()
    {
        var world = new SchedulerWorld(slots: 3);
        var m = world.AddResident("m");
        LeaseHolder[] holders = [new(), new()];
        world.Acquire(world.AddResident("x"), holders[0]);
        world.Acquire(world.AddResident("y"), holders[1]);
        var held = world.Acquire(m, holders[0]);
        var starving = world.Acquire(m);
        for (var i = 1; i <= 200 && starving.IsWaiting; i++)
        {
            var next = world.Acquire(m, holders[i % 2]);
            world.Release(held);
            held = next;
        }

        Assert.False(starving.IsWaiting, "It was bypassed 200 times, although the bound is 16 and a slot was free all the time.");
    }

    [Fact]
    public void A_holder_that_waits_for_a_cycle_without_being_part_of_it_is_not_rejected()
    {
        var world = new SchedulerWorld(slots: 3);
        var other = world.AddDevice(new Device("fake", 1), 100);
        LeaseHolder[] holders = [new(), new(), new()];
        var a = world.AddResident("a");
        var c = world.Bring(world.AddModel(new ModelFootprint(10, 10), new ModelSettings("c") { Candidates = [other] }));
        var b = world.AddModel(new ModelFootprint(10, 10), new ModelSettings("b") { Candidates = [other] });
        world.Acquire(world.AddResident("p"), holders[0]);
        world.Acquire(a, holders[1]);
        world.Acquire(c, holders[2]);
        world.Acquire(b, holders[1]);
        world.Acquire(a, holders[2]);
        var outside = world.Acquire(a, holders[0]);
        world.FinishAll();
        Assert.Null(outside.Rejection);
    }

    [Fact]
    public void A_holder_for_whose_model_there_is_room_is_not_in_a_deadlock()
    {
        var world = new SchedulerWorld(budget: 100, slots: 2);
        LeaseHolder[] holders = [new(), new()];
        world.Acquire(world.AddResident("x", bytes: 30), holders[0]);
        world.Acquire(world.AddResident("a", bytes: 30), holders[1]);
        world.Acquire(world.AddModel("big", bytes: 50), holders[0]);
        world.FinishAll();
        var small = world.Acquire(world.AddModel("small", bytes: 20), holders[1]);
        world.FinishAll();
        Assert.Null(small.Rejection);
        Assert.True(small.IsHeld, "40 bytes are free, and the claim on them waits for its holder.");
    }

    [Fact]
    public void A_lease_that_is_granted_immediately_can_close_a_cycle_too()
    {
        // Found by the histories (Cpu, WakeUps), and shrunk by hand.
        var world = new SchedulerWorld(slots: 5);
        LeaseHolder[] holders = [new(), new(), new()];
        var (a, x, y) = (world.AddResident("a"), world.AddResident("x", maxLeases: 2), world.AddResident("y"));
        world.Acquire(y);
        world.Acquire(a, holders[0]);
        world.Acquire(x, holders[1]);
        world.Acquire(world.AddResident("z"), holders[2]);
        TestRequest[] waits = [world.AcquireAll(holders[0], x, y), world.Acquire(a, holders[1]), world.Acquire(a, holders[2])];
        Assert.True(world.Acquire(x, holders[2]).IsHeld);
        Assert.Contains(waits, static wait => wait.Rejection is { Reason: RejectionReason.Deadlock });
    }

    [Fact]
    public void A_holder_goes_after_the_oldest_request_that_must_not_be_bypassed()
    {
        var world = new SchedulerWorld(slots: 2, maxBypass: 0);
        var (x, y, z) = (world.AddResident("x"), world.AddResident("y"), world.AddResident("z"));
        var holder = new LeaseHolder();
        world.Acquire(x, holder);
        var other = world.Acquire(y);
        var oldest = world.Acquire(z);
        var further = world.Acquire(y, holder);
        world.Release(other);
        Assert.Equal(other.GrantNumber + 1, oldest.GrantNumber);
        Assert.True(further.IsHeld, "It has a slot, and no request waits before it any more.");
    }

    [Fact]
    public void A_wait_of_code_that_has_a_lease_of_another_holder_is_checked_for_deadlocks()
    {
        var world = new SchedulerWorld(slots: 4);
        var (a, b) = (world.AddResident("a"), world.AddResident("b"));
        var (heldA, heldB) = (world.Acquire(a), world.Acquire(b));
        world.Acquire(new TestRequest(b, new()) { HeldMeanwhile = [heldA.Holder] });
        var closing = new TestRequest(a, new()) { HeldMeanwhile = [heldB.Holder] };
        world.Acquire(closing);
        Assert.Equal(RejectionReason.Deadlock, closing.Rejection?.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Code_that_has_a_lease_does_not_wait_for_the_turn_of_requests_that_need_its_room(bool isSameHolder)
    {
        var world = new SchedulerWorld(budget: 100, slots: 3, maxBypass: 0);
        var (a, b) = (world.AddResident("a", bytes: 60), world.AddResident("b", bytes: 30));
        var held = world.Acquire(a);
        var large = world.Acquire(world.AddModel("large", bytes: 50));
        world.FinishAll();
        Assert.True(large.IsWaiting);
        var further = isSameHolder ? new TestRequest(b, held.Holder) : new TestRequest(b, new()) { HeldMeanwhile = [held.Holder] };
        world.Acquire(further);
        Assert.True(further.IsHeld);
    }

    [Fact]
    public void Code_with_two_leases_that_waits_for_itself_is_found_after_another_holder_s_release()
    {
        var world = new SchedulerWorld(budget: 100, slots: 5);
        TestRequest[] held = [world.Acquire(world.AddResident("b", bytes: 40)), world.Acquire(world.AddResident("c", bytes: 40))];
        var other = world.Acquire(
            world.Bring(world.AddModel(new ModelFootprint(5, 5, 10), new ModelSettings("a") { Candidates = [world.Device] })));
        var wait = new TestRequest(world.AddModel("d", bytes: 30), new()) { HeldMeanwhile = [held[1].Holder, held[0].Holder] };
        world.Acquire(wait);
        world.FinishAll();
        Assert.True(wait.IsWaiting);

        // 15 bytes are free then, and 5 more can be freed: its own code holds the rest.
        world.Release(other);
        Assert.Equal(RejectionReason.Deadlock, wait.Rejection?.Reason);
    }

    [Fact]
    public void Room_that_a_moving_model_will_release_is_not_a_deadlock()
    {
        var world = new SchedulerWorld(budget: 100, slots: 2);
        LeaseHolder[] holders = [new(), new()];
        world.Acquire(world.AddResident("a", bytes: 30), holders[0]);
        world.Acquire(world.AddResident("b", bytes: 30), holders[1]);
        var canceled = world.Acquire(world.AddModel("x", bytes: 40));
        world.Finish(SchedulerEffectKind.Load);
        world.Cancel(canceled);
        TestRequest[] waits =
            [world.Acquire(world.AddModel("c", bytes: 40), holders[0]), world.Acquire(world.AddModel("d", bytes: 40), holders[1])];
        world.Finish(SchedulerEffectKind.Load);
        world.Finish(SchedulerEffectKind.Load);
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Move, canceled.ScheduledModel));
        Assert.All(waits, static wait => Assert.Null(wait.Rejection));
    }

    [Fact]
    public void A_model_whose_eviction_failed_once_does_not_hide_deadlocks_indefinitely()
    {
        var world = new SchedulerWorld(budget: 100, slots: 2);
        var a = world.AddResident("a", bytes: 40, canReload: false);
        var b = world.AddResident("b", bytes: 40);
        world.Tell(() => world.Scheduler.TryEvict(a, world.Now));
        world.Finish(SchedulerEffectKind.Evict, a, new IOException("busy"));
        world.Advance(10 * TimeSpan.TicksPerSecond);
        LeaseHolder[] holders = [new(), new()];
        Assert.True(world.Acquire(a, holders[0]).IsHeld);
        Assert.True(world.Acquire(b, holders[1]).IsHeld);
        TestRequest[] waits =
            [world.Acquire(world.AddModel("c", bytes: 50), holders[0]), world.Acquire(world.AddModel("d", bytes: 50), holders[1])];
        world.FinishAll();
        for (var i = 0; i < 100; i++)
            world.Advance(100 * TimeSpan.TicksPerSecond);
        Assert.Contains(waits, static wait => !wait.IsWaiting);
    }

    [Fact]
    public void A_group_wait_of_the_holder_of_a_lost_model_ends()
    {
        var world = new SchedulerWorld();
        var other = world.AddDevice(new Device("fake", 1), 100);
        var a = world.Bring(world.AddModel(new ModelFootprint(10, 10), new ModelSettings("a") { Candidates = [world.Device, other] }));
        var b = world.AddModel(new ModelFootprint(10, 10), new ModelSettings("b") { Candidates = [other] });
        var holder = new LeaseHolder();
        world.Acquire(a, holder);
        var group = world.AcquireAll(holder, a, b);
        world.Lose(world.Device);
        world.FinishAll();
        world.Advance(TimeSpan.TicksPerHour);
        Assert.False(group.IsWaiting, "It waits for its own holder to release 'a'.");
    }

    [Fact]
    public void While_a_load_hangs_requests_for_loaded_models_are_served()
    {
        var world = new SchedulerWorld();
        var resident = world.AddResident("resident");
        world.Acquire(world.AddModel("hanging"));
        for (var i = 0; i < 40; i++)
        {
            var request = world.Acquire(resident);
            Assert.True(request.IsHeld, $"After {i} requests the device is idle until the timeout of the load.");
            world.Release(request);
        }
    }

    [Fact]
    public void A_first_lease_elsewhere_frees_another_wait_of_the_holder_from_its_turn()
    {
        var world = new SchedulerWorld(budget: 100, maxBypass: 0);
        var other = world.AddDevice(new Device("fake", 1), 100);
        var m = world.AddResident("m", bytes: 60);
        var x = world.Bring(world.AddModel(new ModelFootprint(10, 10), new ModelSettings("x") { Candidates = [other] }));
        world.Acquire(world.AddModel("loading", bytes: 20));
        var holder = new LeaseHolder();
        var wait = world.Acquire(m, holder);
        Assert.True(wait.IsWaiting, "The older request must not be bypassed.");
        Assert.True(world.Acquire(x, holder).IsHeld);
        Assert.True(wait.IsHeld, "Holders of leases never wait for the turns of others.");
    }

    [Fact]
    public void When_a_holder_releases_its_last_lease_its_claims_on_other_devices_lose_their_precedence_immediately()
    {
        var world = new SchedulerWorld(budget: 100, slots: 2);
        var other = world.AddDevice(new Device("fake", 1), 100);
        var urgent = new LeaseHolder();
        var x = world.Acquire(
            world.Bring(world.AddModel(new ModelFootprint(10, 10), new ModelSettings("x") { Candidates = [other] })), urgent);
        world.Acquire(world.AddResident("used", bytes: 50));
        var big = world.AddResident("big", bytes: 40);
        world.Tell(() => world.Scheduler.TryEvict(big, world.Now));
        world.FinishAll();
        var filler = world.Acquire(world.AddModel("filler", bytes: 20));
        world.FinishAll();
        var claiming = world.Acquire(world.AddModel("claiming", bytes: 40), urgent);
        world.FinishAll();
        var small = world.Acquire(world.AddModel("small", bytes: 20), priority: 2);
        world.FinishAll();
        Assert.True(claiming.IsWaiting && small.IsWaiting && filler.IsHeld);
        world.Release(x);
        Assert.True(
            world.IsUnderWay(SchedulerEffectKind.Move, small.ScheduledModel),
            "It has a higher priority and there is room for it, but it was not checked.");
    }

    [Fact]
    public void A_model_that_is_never_idle_returns_from_the_CPU_too()
    {
        var world = new SchedulerWorld();
        var cpu = world.AddDevice(Device.Cpu, 1000, slots: 4);
        var model = world.AddModel(
            new ModelFootprint(10, 10), new ModelSettings("m") { Candidates = [world.Device], Fallback = cpu, MaxLeases = 2 });
        world.Lose(world.Device);
        var held = world.Acquire(model);
        world.FinishAll();
        world.Tell(() => world.Scheduler.Probed(world.Device, null, world.Now));
        for (var i = 0; i < 200 && model.Device == cpu; i++)
        {
            var next = world.Acquire(model);
            world.Advance(TimeSpan.TicksPerSecond);
            world.Release(held);
            world.FinishAll();
            held = next;
        }

        Assert.Equal(world.Device, model.Device);
    }
}
