using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The state that a scheduler reports, and calls in unusual states.</summary>
public sealed class LeaseSchedulerStateTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void A_scheduler_is_at_rest_when_every_model_is_freed()
    {
        var world = new SchedulerWorld();
        var model = world.AddModel("a");
        Assert.Equal((true, true, false), (world.Scheduler.IsAtRest, world.Scheduler.IsAtRestExceptInUse, world.Scheduler.IsEnding));
        world.Bring(model);
        Assert.Equal((false, false), (world.Scheduler.IsAtRest, world.Scheduler.IsAtRestExceptInUse));
        var held = world.Acquire(model);
        Assert.Equal((false, true), (world.Scheduler.IsAtRest, world.Scheduler.IsAtRestExceptInUse));
        world.Tell(() => world.Scheduler.BeginShutdown(world.Now));
        Assert.Equal((true, true), (world.Scheduler.IsEnding, world.Scheduler.IsShuttingDown));
        world.Release(held);
        world.FinishAll();
        Assert.True(world.Scheduler.IsAtRest);
    }

    [Fact]
    public void A_drain_ends_with_the_last_wait_and_lease()
    {
        var world = new SchedulerWorld(slots: 2);
        var (a, b) = (world.AddResident("a"), world.AddResident("b"));
        var held = world.Acquire(a);
        Assert.False(world.Scheduler.IsDrained);
        world.Release(held);
        Assert.False(world.Scheduler.IsDrained, "It does not drain yet.");
        var (waitedFor, holder) = (world.Acquire(a), world.Acquire(b));
        var wait = world.Acquire(a, holder.Holder);
        world.Tell(() => world.Scheduler.BeginDrain(world.Now));
        Assert.Equal((true, false, false), (world.Scheduler.IsEnding, world.Scheduler.IsShuttingDown, world.Scheduler.IsDrained));
        world.Cancel(wait);
        world.Release(waitedFor);
        Assert.False(world.Scheduler.IsDrained);
        world.Release(holder);
        Assert.True(world.Scheduler.IsDrained);
    }

    [Fact]
    public void A_drain_withdraws_the_requests_for_preloaded_models()
    {
        var world = new SchedulerWorld();
        var model = AddPreloaded(world, "a");
        world.Tell(() => world.Scheduler.KeepPreloaded(world.Now));
        world.Advance(Second);
        Assert.True(model.IsWanted);
        world.Tell(() => world.Scheduler.BeginDrain(world.Now));
        Assert.False(model.IsWanted);
    }

    [Fact]
    public void A_preloaded_model_that_is_added_later_is_loaded_without_another_event()
    {
        var world = new SchedulerWorld();
        world.Tell(() => world.Scheduler.KeepPreloaded(world.Now));
        AddPreloaded(world, "a");
        Assert.Equal(Second, world.Scheduler.NextDeadline);
    }

    [Fact]
    public void A_request_that_only_tries_is_granted_immediately_or_changes_nothing()
    {
        var world = new SchedulerWorld(slots: 2);
        var (a, missing) = (world.AddResident("a"), world.AddModel("missing"));
        Assert.False(TryAcquireNow(new TestRequest(missing, new())));
        Assert.Equal((null, false), (missing.Device, world.Scheduler.HasEffects));
        var request = new TestRequest(a, new());
        Assert.True(TryAcquireNow(request));
        Assert.Equal((true, 1), (request.IsHeld, a.Users));
        Assert.False(TryAcquireNow(new TestRequest(a, new())));
        world.Release(request);
        world.Tell(() => world.Scheduler.BeginDrain(world.Now));
        Assert.False(TryAcquireNow(new TestRequest(a, new())));

        bool TryAcquireNow(TestRequest request)
        {
            var isGranted = false;
            world.Tell(() => isGranted = world.Scheduler.TryAcquireNow(request, world.Now));
            return isGranted;
        }
    }

    [Fact]
    public void A_raised_request_is_served_before_older_ones_of_lower_priority()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        var held = world.Acquire(model);
        var (older, raised, high) = (world.Acquire(model), world.Acquire(model), world.Acquire(model, priority: 2));
        Raise(raised, 2);
        Raise(held, 2);
        Raise(high, 0);
        Assert.Equal((2, 1, 2), (raised.Priority, held.Priority, high.Priority));
        foreach (var next in (TestRequest[])[raised, high, older])
        {
            world.Release(held);
            Assert.True(next.IsHeld);
            held = next;
        }

        void Raise(TestRequest request, int priority) => world.Tell(() => world.Scheduler.Raise(request, priority, world.Now));
    }

    [Fact]
    public void A_raised_request_can_be_granted_immediately()
    {
        var world = new SchedulerWorld(slots: 2, maxBypass: 0);
        var resident = world.AddResident("resident");
        world.Acquire(world.AddModel("missing"), priority: 1);
        var behind = world.Acquire(resident, priority: 0);
        Assert.True(behind.IsWaiting);
        world.Tell(() => world.Scheduler.Raise(behind, 2, world.Now));
        Assert.True(behind.IsHeld);
    }

    [Fact]
    public void A_removed_model_is_forgotten_with_its_deadline()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a", keepAlive: 100);
        var waiting = Wait(world, model, out var held);
        world.Tell(() => world.Scheduler.BeginRemoval(model, world.Now));
        Assert.Equal(RejectionReason.Removed, waiting.Rejection?.Reason);
        Assert.Equal(RejectionReason.Removed, world.Acquire(model).Rejection?.Reason);
        world.Release(held);
        world.FinishAll();
        world.Tell(() => world.Scheduler.Remove(model));
        Assert.Empty(world.Scheduler.Models);
        Assert.Equal((null, long.MaxValue), (model.Device, world.Scheduler.NextDeadline));
    }

    [Fact]
    public void A_shutdown_rejects_with_the_device_and_probes_no_lost_device()
    {
        var world = new SchedulerWorld();
        var other = world.AddDevice(new Device("fake", 1), 100);
        var waiting = Wait(world, world.AddResident("a"), out _);
        world.Lose(other);
        Assert.True(other.Probe.IsScheduled);
        world.Tell(() => world.Scheduler.BeginShutdown(world.Now));
        Assert.False(other.Probe.IsScheduled);
        Assert.Equal((RejectionReason.ShuttingDown, world.Device.Device), (waiting.Rejection?.Reason, waiting.Rejection?.Device));
    }

    [Fact]
    public void Changed_settings_apply_from_the_change_on()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a", keepAlive: 100);
        world.Release(world.Acquire(model));
        Assert.Equal(100, world.Scheduler.NextDeadline);
        model.Settings = model.Settings with { KeepAlive = 50 };
        world.Tell(() => world.Scheduler.Reconfigure(world.Policy, world.Now));
        Assert.Equal(50, world.Scheduler.NextDeadline);
        world.Advance(50);
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Evict, model));
        var leaves = world.Scheduler.NextDeadline;
        world.Tell(() => world.Scheduler.Reconfigure(new() { MaxBypass = 3 }, world.Now));
        Assert.Equal((leaves, 3), (world.Scheduler.NextDeadline, world.Scheduler.Policy.MaxBypass));
    }

    [Fact]
    public void A_lease_that_is_held_too_long_is_reported_once_with_the_limit()
    {
        var world = new SchedulerWorld();
        var reports = new List<SchedulerEffect>();
        world.OnEffect = effect => reports.AddRange(effect.Kind == SchedulerEffectKind.Overdue ? [effect] : []);
        var held = world.Acquire(world.AddResident("a"));
        world.Advance(300);
        world.Advance(300);
        var report = Assert.Single(reports);
        Assert.Equal((held, 300), (report.Request, report.Waited));
        Assert.Equal((true, 1), (held.IsOverdue, held.ScheduledModel.OverdueLeases));
    }

    [Fact]
    public void A_probe_of_a_device_that_is_already_available_again_is_ignored()
    {
        var world = new SchedulerWorld();
        world.Tell(() => world.Scheduler.Probed(world.Device, new IOException("late"), world.Now));
        Assert.False(world.Device.IsLost);
        world.Lose(world.Device);
        world.Tell(() => world.Scheduler.Probed(world.Device, null, world.Now));
        world.Tell(() => world.Scheduler.Probed(world.Device, null, world.Now));
        Assert.Equal((false, 1), (world.Device.IsLost, world.Device.Generation));
    }

    [Fact]
    public void The_CPU_is_never_lost()
    {
        var world = new SchedulerWorld(device: Device.Cpu);
        world.Lose(world.Device);
        Assert.False(world.Device.IsLost);
    }

    [Fact]
    public void An_eviction_is_late_when_its_time_is_over()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        world.Tell(() => world.Scheduler.TryEvict(model, world.Now));
        world.Advance(Second - 1);
        Assert.Equal((false, 10), (model.IsLate, world.Device.Memory.LeavingBytes));
        world.Advance(1);
        Assert.Equal((true, 0), (model.IsLate, world.Device.Memory.LeavingBytes));
    }

    [Fact]
    public void A_request_that_is_not_raised_keeps_its_count_of_bypasses()
    {
        var world = new SchedulerWorld();
        var waiting = world.Acquire(world.AddModel("a"));
        waiting.Queue.CountBypass(priority: 1, new TestRequest(waiting.Queue, new()), world.Policy);
        world.Tell(() => world.Scheduler.Raise(waiting, 1, world.Now));
        Assert.Equal(1, waiting.Queue.BypassesOfHead(1));
    }

    [Fact]
    public void A_removed_model_is_freed_and_the_requests_behind_it_continue()
    {
        var world = new SchedulerWorld(slots: 2, maxBypass: 0);
        var (idle, resident, missing) = (world.AddResident("idle"), world.AddResident("resident"), world.AddModel("missing"));
        world.Acquire(missing);
        var behind = world.Acquire(resident);
        Assert.True(behind.IsWaiting);
        world.Tell(() => world.Scheduler.BeginRemoval(missing, world.Now));
        Assert.True(behind.IsHeld);
        world.Tell(() => world.Scheduler.BeginRemoval(idle, world.Now));
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Evict, idle));
    }

    [Fact]
    public void A_removed_model_is_not_reloaded()
    {
        var world = new SchedulerWorld();
        var model = AddPreloaded(world, "a");
        world.Tell(() => world.Scheduler.KeepPreloaded(world.Now));
        world.Tell(() => world.Scheduler.BeginRemoval(model, world.Now));
        world.Advance(Second);
        Assert.False(model.IsWanted);
        Assert.Empty(world.Work);
    }

    [Fact]
    public void A_request_that_only_tries_uses_its_model_on_the_CPU_even_if_the_accelerator_has_room_again()
    {
        var world = new SchedulerWorld(budget: 5);
        var cpu = world.AddDevice(Device.Cpu, 100);
        var model = world.AddModel(
            new ModelFootprint(10, 10), new ModelSettings("a") { Candidates = [world.Device], Fallback = cpu });
        world.Release(BringByRequest());
        world.Device.Configure(100, maxConcurrentHolders: 1, maxQueueLength: 100);
        var request = new TestRequest(model, new());
        world.Tell(() => Assert.True(world.Scheduler.TryAcquireNow(request, world.Now)));
        Assert.Equal((cpu, true), (model.Device, request.IsHeld));

        TestRequest BringByRequest()
        {
            var first = world.Acquire(model);
            world.FinishAll();
            Assert.Equal((cpu, true), (model.Device, first.IsHeld));
            return first;
        }
    }

    [Fact]
    public void A_first_lease_elsewhere_frees_another_wait_of_the_holder_from_the_turn_of_a_group()
    {
        var world = new SchedulerWorld(slots: 3, maxBypass: 0);
        var other = world.AddDevice(new Device("fake", 1), 100);
        var (taken, free, wanted) = (world.AddResident("taken"), world.AddResident("free"), world.AddResident("wanted"));
        var elsewhere = world.Bring(AddOn("elsewhere", other));
        world.Acquire(taken);
        world.AcquireAll(taken, free);
        var holder = new LeaseHolder();
        var wait = world.Acquire(wanted, holder);
        Assert.True(wait.IsWaiting, "The group must not be bypassed.");
        Assert.True(world.Acquire(elsewhere, holder).IsHeld);
        Assert.True(wait.IsHeld);

        TestModel AddOn(string id, ScheduledDevice device) =>
            world.AddModel(new ModelFootprint(10, 10), new ModelSettings(id) { Candidates = [device] });
    }

    [Fact]
    public void A_cycle_that_the_loss_of_a_device_closes_is_broken()
    {
        var world = new SchedulerWorld(slots: 2);
        var (second, third) = (world.AddDevice(new Device("fake", 1), 100), world.AddDevice(new Device("fake", 2), 100));
        var shared = world.Bring(AddOn("shared", world.Device, third));
        var (first, other) = (world.Acquire(world.Bring(AddOn("a", second))), world.Acquire(shared));
        world.Acquire(world.AddResident("x"));
        TestRequest[] waits = [world.Acquire(shared, first.Holder), world.Acquire((TestModel)first.ScheduledModel, other.Holder)];
        Assert.All(waits, static wait => Assert.True(wait.IsWaiting, "The holder of 'x' may release its slot."));
        world.Lose(world.Device);
        Assert.Contains(waits, static wait => wait.Rejection is { Reason: RejectionReason.Deadlock });

        TestModel AddOn(string id, params ScheduledDevice[] devices) => world.AddModel(
            new ModelFootprint(10, 10), new ModelSettings(id) { Candidates = devices, MaxLeases = devices.Length });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_a_returning_device_requests_its_missing_models_immediately(bool returns)
    {
        var world = new SchedulerWorld();
        var model = AddPreloaded(world, "a");
        world.Lose(world.Device);
        world.Tell(() => world.Scheduler.KeepPreloaded(world.Now));
        world.Advance(Second);
        world.Advance(3 * Second / 2);
        world.Tell(() => world.Scheduler.Probed(world.Device, returns ? null : new IOException("still lost"), world.Now));
        Assert.Equal(returns, world.IsUnderWay(SchedulerEffectKind.Load, model));
        if (returns)
            return;

        // The next attempt was due after three seconds. Another one follows four seconds later.
        world.Advance(Second / 2);
        Assert.Equal(world.Device.RetryAt, world.Scheduler.NextDeadline);
        Assert.Equal(9 * Second / 2, world.Device.RetryAt);
    }

    private static TestRequest Wait(SchedulerWorld world, TestModel model, out TestRequest held)
    {
        held = world.Acquire(model);
        var waiting = world.Acquire(model);
        Assert.True(waiting.IsWaiting);
        return waiting;
    }

    private static TestModel AddPreloaded(SchedulerWorld world, string id) =>
        world.AddModel(new ModelFootprint(10, 10), new ModelSettings(id) { Candidates = [world.Device], IsPreloaded = true });
}
