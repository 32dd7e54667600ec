using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>Rare cases in which requests would be stuck, starve, or be rejected without need.</summary>
public sealed class LeaseSchedulerCornerTests
{
    private static readonly long Second = TimeSpan.FromSeconds(1).Ticks;

    [Fact]
    public void A_holder_with_the_only_slot_gets_room_from_a_model_that_only_requests_without_a_slot_want()
    {
        var world = new SchedulerWorld(budget: 100);
        var x = world.AddResident("x", bytes: 30);
        var z = world.AddResident("z", bytes: 50);
        var y = world.AddModel("y", bytes: 50);
        var holder = new LeaseHolder();
        Assert.True(world.Acquire(x, holder).IsHeld);
        world.Acquire(z);
        var further = world.Acquire(y, holder);
        world.FinishAll();
        world.Advance(1000 * Second);
        world.FinishAll();
        Assert.True(further.IsHeld || further.Rejection is not null, "The holder waits for room that only its own release could free.");
    }

    [Fact]
    public void A_cycle_over_two_devices_that_a_move_closes_is_broken()
    {
        var scheduler = new LeaseScheduler(new SchedulingPolicy());
        var devices =
            new[] { new ScheduledDevice(new Device("fake"), 100, 1, 100), new ScheduledDevice(new Device("fake", 1), 100, 1, 100) };
        TestModel[] models = [Model("a0", 0), Model("a1", 1), Model("b1", 1)];
        foreach (var device in devices)
            scheduler.Add(device);
        foreach (var model in models)
            scheduler.Add(model, 0);
        LeaseHolder[] holders = [new(), new()];
        Bring(models[0]);
        Bring(models[1]);
        Assert.True(scheduler.TryAcquire(new TestRequest(models[0], holders[0]), 0));
        Assert.True(scheduler.TryAcquire(new TestRequest(models[1], holders[1]), 0));
        TestRequest[] waits = [new(models[2], holders[0]), new(models[0], holders[1])];
        Assert.False(scheduler.TryAcquire(waits[0], 0));
        Assert.False(scheduler.TryAcquire(waits[1], 0));
        scheduler.Loaded(models[2], models[2].ActualFootprint, 0);
        scheduler.Moved(models[2], 0);
        Assert.Contains(waits, static wait => !wait.IsWaiting);

        TestModel Model(string id, int device) => new(new ModelSettings(id) { Candidates = [devices[device]] }, 10);

        void Bring(TestModel model)
        {
            scheduler.TryAcquire(new TestRequest(model, new(), isPreload: true), 0);
            scheduler.Loaded(model, model.ActualFootprint, 0);
            scheduler.Moved(model, 0);
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_full_queue_does_not_reject_a_request_that_can_be_granted_immediately(int maxQueueLength, bool isPreload)
    {
        var world = new SchedulerWorld(maxQueueLength: maxQueueLength);
        var resident = world.AddResident("resident");
        world.Acquire(world.AddModel("loading"), isPreload: isPreload);
        var request = world.Acquire(resident);
        Assert.Null(request.Rejection);
        Assert.True(request.IsHeld);
    }

    [Fact]
    public void A_request_of_low_priority_ages_and_is_served_under_steady_traffic()
    {
        var world = new SchedulerWorld(budget: 100);
        var busy = world.AddResident("busy", bytes: 60);
        var rare = world.AddModel("rare", bytes: 60);
        var held = world.Acquire(busy);
        var low = world.Acquire(rare, priority: 0);
        world.FinishAll();
        for (var i = 0; i < 500 && low.IsWaiting; i++)
        {
            var next = world.Acquire(busy);
            world.Advance(Second);
            world.Release(held);
            world.FinishAll();
            held = next;
        }

        Assert.True(low.IsHeld || low.GrantNumber > 0, "500 younger requests and 500 s went by.");
    }

    [Fact]
    public void A_model_that_fits_on_one_of_two_devices_is_not_rejected_as_one_that_never_fits()
    {
        var scheduler = new LeaseScheduler(new SchedulingPolicy());
        var large = new ScheduledDevice(new Device("fake"), 100, 1, 100);
        var small = new ScheduledDevice(new Device("fake", 1), 60, 1, 100);
        scheduler.Add(large);
        scheduler.Add(small);
        var idle = new TestModel(new ModelSettings("idle") { Candidates = [large] }, 50);
        var wanted = new TestModel(new ModelSettings("wanted") { Candidates = [large, small] }, 80);
        scheduler.Add(idle, 0);
        scheduler.Add(wanted, 0);
        scheduler.TryAcquire(new TestRequest(idle, new(), isPreload: true), 0);
        scheduler.Loaded(idle, idle.ActualFootprint, 0);
        scheduler.Moved(idle, 0);
        scheduler.TryAcquire(new TestRequest(wanted, new()), 0);
        _ = scheduler.TakeEffects();
        scheduler.Loaded(wanted, wanted.ActualFootprint, 0);
        Assert.DoesNotContain(scheduler.TakeEffects(), static effect => effect.Kind == SchedulerEffectKind.Reject);
    }

    [Fact]
    public void On_the_CPU_a_model_of_known_size_is_not_loaded_beyond_the_budget()
    {
        var world = new SchedulerWorld(budget: 100, slots: 4, device: Device.Cpu);
        var b = world.AddResident("b", bytes: 80);
        world.Tell(() => world.Scheduler.TryEvict(b, world.Now));
        world.FinishAll();
        var a = world.AddResident("a", bytes: 80);
        Assert.True(world.Acquire(a).IsHeld);
        world.Acquire(b);
        world.FinishAll();
        Assert.Equal((ModelResidency.OnDevice, ModelResidency.Registered), (a.Residency, b.Residency));
    }

    [Fact]
    public void On_the_CPU_a_model_that_can_never_fit_is_not_loaded_again_for_each_request()
    {
        var world = new SchedulerWorld(budget: 100, device: Device.Cpu);
        var model = world.AddModel("huge", bytes: 150);
        world.Acquire(model);
        world.FinishAll();
        Assert.Equal(1, model.Loads);
        var second = world.Acquire(model);
        Assert.Empty(world.Work);
        Assert.Equal(RejectionReason.NeverFits, second.Rejection?.Reason);
    }

    [Fact]
    public void A_model_whose_request_is_blocked_by_its_own_holder_is_unloaded_from_the_CPU_like_an_unwanted_model()
    {
        var world = new SchedulerWorld(budget: 100, device: Device.Cpu);
        var a = world.AddResident("a", bytes: 60);
        var b = world.AddModel("b", bytes: 60);
        var holder = new LeaseHolder();
        world.Acquire(a, holder);
        var blocked = world.Acquire(b, holder);
        world.FinishAll();
        Assert.Equal(RejectionReason.NeverFits, blocked.Rejection!.Reason);
        Assert.Equal(ModelResidency.Registered, b.Residency);
    }

    [Fact]
    public void Bytes_of_the_holder_and_bytes_that_can_never_be_freed_are_counted_together()
    {
        var world = new SchedulerWorld(budget: 100, slots: 4, device: Device.Cpu);
        world.AddResident("given", bytes: 50, canReload: false);
        var a = world.AddResident("a", bytes: 30);
        var b = world.AddModel("b", bytes: 30);
        var holder = new LeaseHolder();
        world.Acquire(a, holder);
        var blocked = world.Acquire(b, holder);
        world.FinishAll();
        Assert.False(blocked.IsWaiting, "It waits for room that only its own release could free.");
    }

    [Fact]
    public void A_very_long_KeepAlive_is_not_due_immediately()
    {
        var world = new SchedulerWorld { Now = 10 };
        world.AddResident("a", keepAlive: TimeSpan.FromDays(10_675_199).Ticks);
        world.Now = TimeSpan.FromHours(3).Ticks;
        var model = world.AddResident("b", keepAlive: TimeSpan.FromDays(10_675_199).Ticks);
        Assert.True(model.Deadline > world.Now, $"Due at {model.Deadline}: Advance would never return.");
    }

    [Fact]
    public void MaxBypass_0_is_strictly_first_in_first_out_as_its_documentation_says()
    {
        var policy = new SchedulingPolicy { MaxBypass = 0 };
        Assert.Equal(0, policy.BypassBound(queueLength: 40));
    }

    [Fact]
    public void The_oldest_request_of_the_highest_priority_goes_first()
    {
        var world = new SchedulerWorld();
        var a = world.AddResident("a");
        var b = world.AddResident("b");
        var held = world.Acquire(world.AddResident("c"));
        world.Acquire(a, priority: 0);
        var older = world.Acquire(b, priority: 2);
        var younger = world.Acquire(a, priority: 2);
        world.Release(held);
        Assert.Equal((true, false), (older.IsHeld, younger.IsHeld));
    }
}
