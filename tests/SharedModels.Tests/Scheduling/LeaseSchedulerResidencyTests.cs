using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class LeaseSchedulerResidencyTests
{
    [Fact]
    public void The_least_recently_used_idle_model_makes_room_and_takes_no_lease_until_it_is_evicted()
    {
        var world = new SchedulerWorld(budget: 25);
        var old = world.AddResident("old");
        world.Now++;
        var recent = world.AddResident("recent");
        world.Now++;
        var wanted = world.AddModel("wanted");
        var request = world.Acquire(wanted);
        world.Finish(SchedulerEffectKind.Load, wanted);
        Assert.Equal(ModelResidency.Evicting, old.Residency);
        Assert.Equal(ModelResidency.OnDevice, recent.Residency);

        var revival = world.Acquire(old);
        Assert.True(revival.IsWaiting);
        world.Finish(SchedulerEffectKind.Evict, old);
        Assert.Equal(1, old.Evictions);
        Assert.Equal(ModelResidency.Moving, wanted.Residency);
        world.FinishAll();
        Assert.True(request.IsHeld);
        world.Release(request);
        world.FinishAll();
        Assert.True(revival.IsHeld);
    }

    [Fact]
    public void No_more_models_are_evicted_than_needed()
    {
        var world = new SchedulerWorld(budget: 60);
        var small = world.AddResident("small", bytes: 5);
        world.Now++;
        var big = world.AddResident("big", bytes: 40);
        var wanted = world.AddModel("wanted", bytes: 30);
        world.Acquire(wanted);
        world.Finish(SchedulerEffectKind.Load, wanted);
        Assert.Equal(ModelResidency.OnDevice, small.Residency);
        Assert.Equal(ModelResidency.Evicting, big.Residency);
    }

    [Fact]
    public void Unwanted_models_are_evicted_before_models_that_younger_requests_want()
    {
        var world = new SchedulerWorld(budget: 20);
        var unwanted = world.AddResident("unwanted");
        var busy = world.AddResident("busy");
        var held = world.Acquire(busy);
        var wanted = world.AddModel("wanted");
        world.Acquire(wanted);
        var younger = world.Acquire(busy);
        world.Finish(SchedulerEffectKind.Load, wanted);
        Assert.Equal(ModelResidency.Evicting, unwanted.Residency);
        world.FinishAll();
        world.Release(held);
        Assert.Equal(ModelResidency.OnDevice, busy.Residency);
        Assert.True(younger.IsWaiting);
    }

    [Fact]
    public void A_model_in_use_is_never_evicted_and_younger_requests_do_not_prolong_the_wait_for_its_room()
    {
        var world = new SchedulerWorld(budget: 10, slots: 4, maxBypass: 0);
        var used = world.AddResident("used", maxLeases: 4);
        var first = world.Acquire(used);
        var wanted = world.AddModel("wanted");
        var request = world.Acquire(wanted);
        world.Finish(SchedulerEffectKind.Load, wanted);
        Assert.Equal(ModelResidency.OnDevice, used.Residency);

        var younger = world.Acquire(used);
        Assert.True(younger.IsWaiting);
        world.Release(first);
        Assert.Equal(ModelResidency.Evicting, used.Residency);
        world.FinishAll();
        Assert.True(request.IsHeld);
        Assert.True(younger.IsWaiting);
    }

    [Fact]
    public void When_the_request_for_room_is_canceled_the_requests_it_held_back_continue()
    {
        var world = new SchedulerWorld(budget: 10, slots: 4, maxBypass: 0);
        var used = world.AddResident("used", maxLeases: 4);
        world.Acquire(used);
        var wanted = world.AddModel("wanted");
        var request = world.Acquire(wanted);
        world.Finish(SchedulerEffectKind.Load, wanted);
        var younger = world.Acquire(used);
        world.Cancel(request);
        Assert.True(younger.IsHeld);
    }

    [Fact]
    public void A_model_that_can_never_fit_is_rejected_with_both_figures()
    {
        var world = new SchedulerWorld(budget: 10);
        var model = world.AddModel("huge", bytes: 11);
        var request = world.Acquire(model);
        world.FinishAll();
        Assert.Equal(RejectionReason.NeverFits, request.Rejection!.Reason);
        Assert.Equal(11, request.Rejection.RequiredBytes);
        Assert.Equal(10, request.Rejection.BudgetBytes);
    }

    [Fact]
    public void A_holder_whose_own_models_take_up_the_room_is_rejected_instead_of_waiting_for_itself()
    {
        var world = new SchedulerWorld(budget: 15);
        var scope = new LeaseHolder();
        var a = world.AddResident("a");
        var b = world.AddModel("b");
        var held = world.Acquire(a, scope);
        world.Acquire(a, scope);
        var patient = world.Acquire(b);
        var impossible = world.Acquire(b, scope);
        world.FinishAll();
        Assert.True(held.IsHeld);
        Assert.True(patient.IsWaiting);
        Assert.Equal(RejectionReason.NeverFits, impossible.Rejection!.Reason);
        Assert.Equal(20, impossible.Rejection.RequiredBytes);
    }

    [Fact]
    public void A_failed_load_ends_its_waits_with_the_cause_and_affects_no_other_model()
    {
        var world = new SchedulerWorld(slots: 2);
        var broken = world.AddModel("broken");
        var healthy = world.AddModel("healthy");
        TestRequest[] requests = [world.Acquire(broken), world.Acquire(broken)];
        var other = world.Acquire(healthy);
        var cause = new InvalidDataException("torn");
        world.Finish(SchedulerEffectKind.Load, broken, cause);
        world.FinishAll();
        Assert.All(requests, request => Assert.Same(cause, request.Rejection!.Cause!.Exception));
        Assert.Equal(ModelResidency.Faulted, broken.Residency);
        Assert.True(other.IsHeld);
    }

    [Fact]
    public void A_faulted_model_is_retried_after_a_back_off_that_doubles_up_to_five_minutes_until_it_succeeds()
    {
        var world = new SchedulerWorld();
        var model = world.AddModel("a");
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 })
        {
            Assert.True(world.Acquire(model).IsWaiting);
            world.Finish(SchedulerEffectKind.Load, model, new InvalidDataException());
            world.Now += TimeSpan.FromSeconds(seconds).Ticks - 1;
            var early = world.Acquire(model);
            Assert.Equal(RejectionReason.LoadFailed, early.Rejection!.Reason);
            Assert.Equal(TimeSpan.FromTicks(1), early.Rejection.RetryAfter);
            world.Now++;
        }

        var request = world.Acquire(model);
        world.FinishAll();
        Assert.True(request.IsHeld);
        Assert.Equal(0, model.Failures);
        Assert.Null(model.Failure);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failed_move_releases_the_bytes_and_the_model_is_loaded_again_later(bool isEviction)
    {
        var world = new SchedulerWorld();
        var model = world.AddModel("a");
        var request = world.Acquire(model);
        world.Finish(SchedulerEffectKind.Load, model);
        if (isEviction)
        {
            world.FinishAll();
            world.Release(request);
            world.Tell(() => Assert.True(world.Scheduler.TryEvict(model, world.Now)));
        }

        world.Finish(isEviction ? SchedulerEffectKind.Evict : SchedulerEffectKind.Move, model, new IOException());
        Assert.Equal(ModelResidency.Faulted, model.Residency);
        Assert.Equal(0, world.Device.Memory.UsedBytes);
        Assert.Equal(0, world.Device.Memory.LeavingBytes);
        world.Now += TimeSpan.FromSeconds(1).Ticks;
        Assert.True(world.Acquire(model).IsWaiting);
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Load, model));
    }

    [Fact]
    public void KeepAlive_frees_an_idle_model_step_by_step_and_a_use_restarts_it()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a", keepAlive: 100);
        world.Now = 60;
        world.Release(world.Acquire(model));
        world.Advance(99);
        Assert.Equal(ModelResidency.OnDevice, model.Residency);
        world.Advance(1);
        Assert.Equal(ModelResidency.Evicting, model.Residency);
        world.Finish(SchedulerEffectKind.Evict, model);
        Assert.Equal(ModelResidency.Unloading, model.Residency);
        world.Finish(SchedulerEffectKind.Unload, model);
        Assert.Equal(ModelResidency.Registered, model.Residency);
        Assert.Equal(long.MaxValue, world.Scheduler.NextDeadline);
    }

    [Fact]
    public void A_model_given_as_an_object_leaves_the_device_but_is_not_unloaded()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a", keepAlive: 100, canReload: false);
        world.Advance(100);
        world.FinishAll();
        Assert.Equal(ModelResidency.OnHost, model.Residency);
        Assert.True(world.Acquire(model).IsWaiting);
        Assert.False(world.IsUnderWay(SchedulerEffectKind.Load, model));
    }

    [Fact]
    public void On_the_cpu_eviction_unloads()
    {
        var world = new SchedulerWorld(device: SharedModels.Device.Cpu);
        var model = world.AddResident("a");
        world.Tell(() => Assert.True(world.Scheduler.TryEvict(model, world.Now)));
        Assert.Equal(10, world.Device.Memory.UsedBytes);
        world.Finish(SchedulerEffectKind.Unload, model);
        Assert.Equal(ModelResidency.Registered, model.Residency);
        Assert.Equal(0, world.Device.Memory.UsedBytes);
    }

    [Fact]
    public void A_load_without_a_waiting_request_still_counts()
    {
        var world = new SchedulerWorld(device: SharedModels.Device.Cpu);
        var model = world.AddModel("a");
        world.Cancel(world.Acquire(model));
        world.FinishAll();
        Assert.Equal(ModelResidency.OnDevice, model.Residency);
        Assert.Equal(10, world.Device.Memory.UsedBytes);
    }

    [Fact]
    public void Models_in_use_or_wanted_are_not_evicted_on_request()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        var held = world.Acquire(model);
        Assert.False(world.Scheduler.TryEvict(model, world.Now));
        world.Release(held);
        Assert.True(world.Scheduler.TryEvict(model, world.Now));
        Assert.False(world.Scheduler.TryEvict(model, world.Now));
    }

    [Fact]
    public void A_shutdown_rejects_all_waiting_and_new_requests_and_frees_models_as_they_become_idle()
    {
        var world = new SchedulerWorld();
        var used = world.AddResident("used");
        var idle = world.AddResident("idle");
        var given = world.AddResident("given", canReload: false);
        var held = world.Acquire(used);
        var waiting = world.Acquire(idle);
        world.Tell(() => world.Scheduler.BeginShutdown(world.Now));
        Assert.Equal(RejectionReason.ShuttingDown, waiting.Rejection!.Reason);
        Assert.Equal(RejectionReason.ShuttingDown, world.Acquire(idle).Rejection!.Reason);
        world.FinishAll();
        Assert.Equal(ModelResidency.Registered, idle.Residency);
        Assert.Equal(ModelResidency.Registered, given.Residency);
        Assert.Equal(ModelResidency.OnDevice, used.Residency);
        Assert.True(world.Scheduler.IsAtRestExceptInUse);
        Assert.False(world.Scheduler.IsAtRest);

        world.Release(held);
        world.FinishAll();
        Assert.True(world.Scheduler.IsAtRest);
        Assert.Equal(0, world.Device.Memory.UsedBytes);
    }

    [Fact]
    public void A_model_goes_to_the_device_with_most_room_and_stays_there()
    {
        var world = new SchedulerWorld(budget: 100);
        var second = new ScheduledDevice(new Device("fake", 1), 200, 1, 100);
        world.Scheduler.Add(second);
        var settings = new ModelSettings("a") { Candidates = [world.Device, second] };
        var a = new TestModel(settings, 150);
        var b = new TestModel(settings with { Id = "b" }, 80);
        world.Scheduler.Add(a, world.Now);
        world.Scheduler.Add(b, world.Now);
        world.Acquire(a);
        world.FinishAll();
        world.Acquire(b);
        world.FinishAll();
        Assert.Same(second, a.Device);
        Assert.Same(world.Device, b.Device);
    }
}
