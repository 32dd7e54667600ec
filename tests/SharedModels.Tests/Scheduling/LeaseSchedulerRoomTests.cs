using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The ways to make room, to claim it, and to wait for it.</summary>
public sealed class LeaseSchedulerRoomTests
{
    private static readonly DeviceOutOfMemoryException Full = new("full");

    [Fact]
    public void The_cost_of_room_is_known_while_requests_wait_that_were_not_checked_yet()
    {
        var world = new SchedulerWorld(budget: 100);
        var second = world.AddDevice(new Device("fake", 1), 60);
        var model = world.AddModel(new ModelFootprint(50, 50), new ModelSettings("known") { Candidates = [world.Device, second] });
        world.Bring(model);
        world.Tell(() => world.Scheduler.TryEvict(model, world.Now));
        world.FinishAll();
        world.Bring(world.AddModel(new ModelFootprint(50, 50), new ModelSettings("cheap") { Candidates = [second] }));
        var (held, wanted, other) = (world.AddResident("held"), world.AddResident("wanted", bytes: 60), world.AddResident("other"));
        world.Acquire(held);
        world.Acquire(wanted);
        world.AcquireAll(wanted, other);
        world.Acquire(model);
        Assert.Equal(second, model.Device);
    }

    [Fact]
    public void A_group_that_runs_out_of_memory_is_rejected_and_does_not_evict_itself_endlessly()
    {
        var world = new SchedulerWorld(budget: 100);
        var a = world.AddModel("a", bytes: 40);
        var b = world.AddModel("b", bytes: 40);
        var group = world.AcquireAll(a, b);
        AssertEnds(world, physical: 60, () => group.IsWaiting);
        Assert.Equal(RejectionReason.OutOfMemory, group.Rejection?.Reason);
    }

    [Fact]
    public void Two_prefetched_models_do_not_evict_each_other_while_a_third_is_in_use_and_memory_is_short()
    {
        var world = new SchedulerWorld(budget: 100);
        var held = world.Acquire(world.AddResident("c", bytes: 20));
        world.Acquire(world.AddModel("a", bytes: 30));
        world.Acquire(world.AddModel("b", bytes: 30));
        AssertEnds(world, physical: 60, () => true);
        Assert.True(held.IsHeld);
    }

    [Fact]
    public void A_wait_for_working_bytes_that_cannot_be_granted_yet_does_not_evict_models_repeatedly()
    {
        // Found by the histories (WithoutBypass, HISTORIES=30000), and shrunk.
        var world = new SchedulerWorld(budget: 60, slots: 2, maxBypass: 0);
        var m0 = world.AddResident("m0", bytes: 15);
        var m1 = Model(world, "m1", 35, working: 5, maxLeases: 2);
        world.Bring(m1);
        world.Acquire(m1);
        world.Acquire(m1);
        world.AcquireAll(m0, m1);
        world.Acquire(m1, priority: 2);
        for (var steps = 0; world.Work.Count > 0; steps++)
        {
            Assert.True(steps < 50, $"m0 was evicted {m0.Evictions} times while the same two leases were held.");
            world.Finish(world.Work[0]);
        }
    }

    [Fact]
    public void A_holder_that_waits_for_a_model_in_use_does_not_evict_prefetched_models_repeatedly()
    {
        // Found by the histories (TwoAccelerators, LargeMachine), and shrunk: at most two slots, two leases, and working bytes.
        var world = new SchedulerWorld(budget: 100, slots: 2);
        var m4 = world.Bring(Model(world, "m4", 40, working: 10));
        var holder = new LeaseHolder();
        world.Acquire(m4);
        world.Acquire(world.AddResident("p", bytes: 10), holder);
        world.Acquire(m4, holder);
        var m5 = world.AddModel("m5", bytes: 40);
        world.Acquire(m5);
        for (var steps = 0; world.Work.Count > 0; steps++)
        {
            Assert.True(steps < 50, $"m5 was evicted {m5.Evictions} times while the same two leases were held.");
            world.Finish(world.Work[0]);
        }
    }

    [Fact]
    public void No_victim_is_evicted_for_working_bytes_that_the_current_holder_will_release()
    {
        var world = new SchedulerWorld(budget: 100);
        var a = world.Bring(Model(world, "a", 30, working: 20));
        var b = world.Bring(Model(world, "b", 30, working: 20));
        var idle = world.AddResident("idle", bytes: 20);
        world.Acquire(a);
        world.Acquire(b);
        Assert.Equal(ModelResidency.OnDevice, idle.Residency);
    }

    [Fact]
    public void When_a_device_becomes_free_a_request_that_waits_for_room_on_another_one_goes_there()
    {
        var world = new SchedulerWorld(budget: 100);
        var other = world.AddDevice(new Device("fake", 1), 100);
        var x = world.AddResident("x", bytes: 60);
        var z = world.Bring(world.AddModel(new ModelFootprint(90, 90), new ModelSettings("z") { Candidates = [other] }));
        var y = world.AddModel(new ModelFootprint(60, 60), new ModelSettings("y") { Candidates = [world.Device, other] });
        world.Acquire(x);
        var held = world.Acquire(z);
        var wait = world.Acquire(y);
        world.FinishAll();
        Assert.True(wait.IsWaiting);
        world.Release(held);
        world.Tell(() => world.Scheduler.TryEvict(z, world.Now));
        world.FinishAll();
        Assert.True(wait.IsHeld, "Its device stays in use, and the other one, on which it can run, is empty.");
    }

    [Fact]
    public void A_device_that_returns_takes_over_requests_that_wait_for_room_on_another_one()
    {
        var world = new SchedulerWorld(budget: 100);
        var other = world.AddDevice(new Device("fake", 1), 100);
        var x = world.AddResident("x", bytes: 60);
        var y = world.AddModel(new ModelFootprint(60, 60), new ModelSettings("y") { Candidates = [world.Device, other] });
        world.Lose(other);
        world.Acquire(x);
        var wait = world.Acquire(y);
        world.Finish(SchedulerEffectKind.Load);
        world.Tell(() => world.Scheduler.Probed(other, null, world.Now));
        world.FinishAll();
        Assert.True(wait.IsHeld, "The returned device is empty.");
    }

    [Fact]
    public void A_holder_whose_further_model_fits_on_another_device_is_not_rejected_as_never_fitting()
    {
        var world = new SchedulerWorld(budget: 100);
        var other = world.AddDevice(new Device("fake", 1), 100);
        var x = world.AddResident("x", bytes: 60);
        var z = world.Bring(world.AddModel(new ModelFootprint(70, 70), new ModelSettings("z") { Candidates = [other] }));
        var y = world.AddModel(new ModelFootprint(60, 60), new ModelSettings("y") { Candidates = [world.Device, other] });
        world.Bring(y);
        world.Tell(() => world.Scheduler.TryEvict(y, world.Now));
        world.FinishAll();
        world.Acquire(z);
        var holder = new LeaseHolder();
        world.Acquire(world.Bring(x), holder);
        var wait = world.Acquire(y, holder);
        world.FinishAll();
        Assert.Null(wait.Rejection);
    }

    [Fact]
    public void A_group_that_fits_if_its_models_are_placed_apart_is_not_rejected_as_never_fitting()
    {
        var world = new SchedulerWorld(budget: 100);
        var other = world.AddDevice(new Device("fake", 1), 100);
        var a = world.Bring(world.AddModel(new ModelFootprint(60, 60), new ModelSettings("a") { Candidates = [world.Device, other] }));
        var b = world.AddModel("b", bytes: 60);
        Assert.Equal(world.Device, a.Device);
        var group = world.AcquireAll(a, b);
        world.FinishAll();
        Assert.Null(group.Rejection);
        Assert.True(group.IsHeld);
    }

    [Fact]
    public void When_a_budget_is_lowered_below_the_bytes_in_use_idle_models_are_still_evicted()
    {
        var world = new SchedulerWorld(budget: 100);
        world.Acquire(world.AddResident("used", bytes: 60));
        world.AddResident("idle", bytes: 40);
        world.Device.Configure(50, 1, 100);
        world.Tell(() => world.Scheduler.Reconfigure(world.Policy, world.Now));
        world.FinishAll();
        Assert.Equal(60, world.Device.Memory.UsedBytes);
    }

    [Fact]
    public void An_older_request_gets_room_from_an_idle_model_whose_younger_group_waits_for_another_device()
    {
        var world = new SchedulerWorld(budget: 100, slots: 2);
        var other = world.AddDevice(new Device("fake", 1), 100);
        var a = world.AddResident("a", bytes: 40);
        var b = world.AddResident("b", bytes: 40);
        var x = world.AddModel("x", bytes: 40);
        var k = world.Bring(world.AddModel(new ModelFootprint(80, 80), new ModelSettings("k") { Candidates = [other] }));
        var z = world.AddModel(new ModelFootprint(80, 80), new ModelSettings("z") { Candidates = [other] });
        world.Acquire(a);
        world.Acquire(k);
        var group = world.Group(new(), b, z);
        var older = new TestRequest(x, new());
        world.Acquire(older);
        world.Acquire(group);
        world.FinishAll();
        Assert.True(older.IsHeld, "A slot is free, and 'b' is idle. Only a younger request that waits for the other device wants it.");
    }

    [Fact]
    public void Once_room_is_being_made_for_a_request_later_requests_evict_no_model_that_can_stay()
    {
        var world = new SchedulerWorld(budget: 100);
        world.AddResident("victim", bytes: 55);
        var stays = world.AddResident("stays", bytes: 15);
        world.Acquire(world.AddModel("first", bytes: 75));
        world.Finish(SchedulerEffectKind.Load);
        world.Acquire(world.AddModel("later", bytes: 95));
        world.Finish(SchedulerEffectKind.Load);
        Assert.Equal(ModelResidency.OnDevice, stays.Residency);
    }

    [Fact]
    public void A_load_that_once_took_long_does_not_count_against_requests_indefinitely()
    {
        var world = new SchedulerWorld(change: static policy => policy with { PopularityHalfLife = 1_000 });
        var model = world.AddModel("slow");
        var first = world.Acquire(model, timeout: 10_000);
        world.Now += 500;
        world.FinishAll();
        world.Release(first);
        world.Tell(() => world.Scheduler.TryEvict(model, world.Now));
        world.FinishAll();
        world.Tell(() => model.Settings = model.Settings with { KeepAlive = 0 });
        world.Tell(() => world.Scheduler.Reconfigure(world.Policy, world.Now));
        world.FinishAll();
        Assert.Equal(RejectionReason.TooLate, Hurry().Rejection?.Reason);
        world.Now += 1_001;
        Assert.True(Hurry().IsWaiting);

        TestRequest Hurry()
        {
            var request = new TestRequest(model, new());
            world.Acquire(request, timeout: 100, hasDeadline: true);
            return request;
        }
    }

    [Fact]
    public void When_a_budget_is_lowered_the_model_of_the_youngest_request_is_evicted_first()
    {
        var world = new SchedulerWorld(budget: 100);
        var (older, younger) = (world.AddResident("older", bytes: 40), world.AddResident("younger", bytes: 40));
        world.Acquire(world.AddResident("used", bytes: 20));
        world.Acquire(older);
        world.Acquire(younger);
        world.Device.Configure(60, 1, 100);
        world.Tell(() => world.Scheduler.Reconfigure(world.Policy, world.Now));
        Assert.Equal((ModelResidency.OnDevice, ModelResidency.Evicting), (older.Residency, younger.Residency));
    }

    [Fact]
    public void When_a_budget_is_lowered_a_model_that_uses_none_of_it_stays()
    {
        var world = new SchedulerWorld(budget: 100);
        var empty = world.AddResident("empty", bytes: 0);
        world.Acquire(world.AddResident("used", bytes: 60));
        world.Device.Configure(50, 1, 100);
        world.Tell(() => world.Scheduler.Reconfigure(world.Policy, world.Now));
        Assert.Equal(ModelResidency.OnDevice, empty.Residency);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Among_unwanted_models_a_preloaded_one_is_evicted_last(bool isPreloadedFirst)
    {
        var world = new SchedulerWorld(budget: 100);
        var preloaded = isPreloadedFirst ? AddPreloaded(world, "a", 50) : null;
        var ordinary = world.AddResident("b", bytes: 50);
        preloaded ??= AddPreloaded(world, "a", 50);
        world.Acquire(world.AddModel("wanted", bytes: 40));
        world.Finish(SchedulerEffectKind.Load);
        Assert.Equal((ModelResidency.OnDevice, ModelResidency.Evicting), (preloaded.Residency, ordinary.Residency));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_preloaded_model_evicts_an_idle_model_but_not_another_preloaded_one(bool isOtherPreloaded)
    {
        var world = new SchedulerWorld(budget: 100);
        var there = isOtherPreloaded ? AddPreloaded(world, "there", 60) : world.AddResident("there", bytes: 60);
        var missing = world.AddModel(
            new ModelFootprint(60, 60), new ModelSettings("missing") { Candidates = [world.Device], IsPreloaded = true });
        world.Tell(() => world.Scheduler.KeepPreloaded(world.Now));
        world.Advance(TimeSpan.TicksPerSecond);
        world.FinishAll();
        Assert.Equal(isOtherPreloaded ? there : missing, Assert.Single([there, missing], IsOnDevice));

        static bool IsOnDevice(TestModel model) => model.Residency == ModelResidency.OnDevice;
    }

    [Fact]
    public void A_missing_preloaded_model_is_reloaded_even_if_a_preload_that_took_over_is_canceled()
    {
        var world = new SchedulerWorld(budget: 100);
        world.Acquire(world.AddResident("used", bytes: 60));
        var missing = world.AddModel(
            new ModelFootprint(60, 60), new ModelSettings("missing") { Candidates = [world.Device], IsPreloaded = true });
        world.Tell(() => world.Scheduler.KeepPreloaded(world.Now));
        world.Advance(TimeSpan.TicksPerSecond);
        world.FinishAll();
        Assert.Equal(ModelResidency.OnHost, missing.Residency);
        Assert.True(world.Cancel(world.Acquire(missing, isPreload: true)));
        Assert.InRange(world.Scheduler.NextDeadline, world.Now + 1, world.Now + TimeSpan.TicksPerMinute);
    }

    private static TestModel Model(SchedulerWorld world, string id, long bytes, long working, int maxLeases = 1) =>
        world.AddModel(
            new ModelFootprint(bytes, bytes, working), new ModelSettings(id) { Candidates = [world.Device], MaxLeases = maxLeases });

    private static TestModel AddPreloaded(SchedulerWorld world, string id, long bytes) => world.Bring(
        world.AddModel(new ModelFootprint(bytes, bytes), new ModelSettings(id) { Candidates = [world.Device], IsPreloaded = true }));

    /// <summary>Ends all work, on a device that has fewer bytes than its budget says.</summary>
    private static void AssertEnds(SchedulerWorld world, long physical, Func<bool> goesOn)
    {
        for (var steps = 0; world.Work.Count > 0 && goesOn(); steps++)
        {
            Assert.True(
                steps < 200,
                "Models evict each other endlessly: "
                + $"{string.Join(", ", world.Scheduler.Models.Select(static model => $"{model.Id} left {model.Evictions} times"))}.");
            var work = world.Work.OrderBy(static work => work.Kind == SchedulerEffectKind.Load).First();
            world.Finish(work, work.Kind == SchedulerEffectKind.Move && world.Device.Memory.UsedBytes > physical ? Full : null);
        }
    }
}
