using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class LeaseSchedulerGrantTests
{
    [Fact]
    public void Nothing_is_loaded_before_the_first_request_which_loads_moves_and_is_granted()
    {
        var world = new SchedulerWorld();
        var model = world.AddModel("a");
        Assert.Empty(world.Work);

        var request = world.Acquire(model);
        Assert.Equal(ModelResidency.Loading, model.Residency);
        world.Finish(SchedulerEffectKind.Load, model);
        Assert.Equal(ModelResidency.Moving, model.Residency);
        Assert.False(request.IsHeld);
        world.Finish(SchedulerEffectKind.Move, model);

        Assert.True(request.IsHeld);
        Assert.Equal(ModelResidency.OnDevice, model.Residency);
        Assert.Equal(10, world.Device.Memory.UsedBytes);
    }

    [Fact]
    public void On_the_cpu_a_loaded_model_is_ready_to_use()
    {
        var world = new SchedulerWorld(device: SharedModels.Device.Cpu);
        var model = world.AddModel("a");
        var request = world.Acquire(model);
        world.Finish(SchedulerEffectKind.Load, model);
        Assert.True(request.IsHeld);
        Assert.Empty(world.Work);
        Assert.Equal(10, world.Device.Memory.UsedBytes);
    }

    [Fact]
    public void A_request_for_a_free_resident_model_is_granted_immediately()
    {
        var world = new SchedulerWorld();
        Assert.True(world.Acquire(world.AddResident("a")).IsHeld);
    }

    [Fact]
    public void A_lease_that_is_granted_immediately_leaves_no_effects()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        world.Tell(() =>
        {
            Assert.True(world.Scheduler.TryAcquire(new TestRequest(model, new()), world.Now));
            Assert.False(world.Scheduler.HasEffects);
        });
    }

    [Fact]
    public void A_device_has_one_holder_at_a_time_and_serves_requests_first_in_first_out_across_models()
    {
        var world = new SchedulerWorld();
        var a = world.AddResident("a");
        var b = world.AddResident("b");
        var first = world.Acquire(a);
        TestRequest[] waiting = [world.Acquire(b), world.Acquire(a), world.Acquire(b)];
        Assert.All(waiting, request => Assert.True(request.IsWaiting));
        Assert.Equal(3, world.Device.QueueLength);

        world.Release(first);
        foreach (var request in waiting)
        {
            Assert.True(request.IsHeld);
            Assert.Equal(1, world.Device.HolderCount);
            world.Release(request);
        }

        Assert.Equal([2, 3, 4], waiting.Select(request => request.GrantNumber - first.GrantNumber + 1));
        Assert.Equal(0, world.Device.QueueLength);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_model_has_as_many_holders_as_it_allows(int maxLeases)
    {
        var world = new SchedulerWorld(slots: 10);
        var model = world.AddResident("a", maxLeases: maxLeases);
        var requests = Enumerable.Range(0, 5).Select(_ => world.Acquire(model)).ToList();
        Assert.Equal(maxLeases, requests.Count(request => request.IsHeld));
        world.Release(requests[0]);
        Assert.True(requests[maxLeases].IsHeld);
    }

    [Fact]
    public void A_holder_never_waits_for_itself()
    {
        var world = new SchedulerWorld();
        var a = world.AddResident("a");
        var b = world.AddResident("b");
        var scope = new LeaseHolder();
        var first = world.Acquire(a, scope);
        var stranger = world.Acquire(b);
        var second = world.Acquire(b, scope);
        var again = world.Acquire(a, scope);
        Assert.True(second.IsHeld);
        Assert.True(again.IsHeld);
        Assert.Equal(1, world.Device.HolderCount);

        world.Release(first);
        world.Release(second);
        Assert.True(stranger.IsWaiting);
        world.Release(again);
        Assert.True(stranger.IsHeld);
    }

    [Fact]
    public void A_holder_that_gets_its_slot_gets_its_other_waiting_requests_with_it()
    {
        var world = new SchedulerWorld();
        var a = world.AddResident("a");
        var b = world.AddResident("b");
        var first = world.Acquire(a);
        var scope = new LeaseHolder();
        var one = world.Acquire(a, scope);
        var stranger = world.Acquire(b);
        var two = world.Acquire(b, scope);
        world.Release(first);
        Assert.True(one.IsHeld);
        Assert.True(two.IsHeld);
        Assert.True(stranger.IsWaiting);
    }

    [Fact]
    public void A_resident_model_is_granted_while_another_moves_in()
    {
        var world = new SchedulerWorld();
        var a = world.AddModel("a");
        var b = world.AddResident("b");
        var loading = world.Acquire(a);
        Assert.True(world.Acquire(b).IsHeld);
        Assert.True(loading.IsWaiting);
    }

    [Fact]
    public void Releasing_twice_or_without_a_grant_does_nothing()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        var held = world.Acquire(model);
        var waiting = world.Acquire(model);
        world.Release(waiting);
        Assert.True(waiting.IsWaiting);
        world.Release(held);
        world.Release(held);
        Assert.True(waiting.IsHeld);
        Assert.Equal(1, model.Users);
    }

    [Fact]
    public void A_grant_reports_how_long_the_request_has_waited()
    {
        var world = new SchedulerWorld { Now = 100 };
        var model = world.AddResident("a");
        var held = world.Acquire(model);
        var waiting = world.Acquire(model);
        world.Now += 50;
        var grants = new List<SchedulerEffect>();
        world.OnEffect = grants.Add;
        world.Release(held);
        var grant = Assert.Single(grants);
        Assert.Equal((waiting, 50), (grant.Request, grant.Waited));
    }

    [Fact]
    public void A_canceled_request_leaves_the_queue_and_the_next_one_is_served()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        var held = world.Acquire(model);
        var canceled = world.Acquire(model);
        var next = world.Acquire(model);
        Assert.True(world.Cancel(canceled));
        Assert.False(world.Cancel(canceled));
        Assert.False(world.Cancel(held));
        world.Release(held);
        Assert.Equal(0, canceled.GrantNumber);
        Assert.True(next.IsHeld);
    }

    [Fact]
    public void A_wait_ends_at_its_timeout_and_the_rejection_names_the_holder_of_the_device()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        world.Acquire(model);
        var late = world.Acquire(model, timeout: 50);
        var later = world.Acquire(model, timeout: 51);
        Assert.Equal(50, world.Scheduler.NextDeadline);
        world.Advance(49);
        Assert.True(late.IsWaiting);
        world.Advance(1);
        Assert.Equal(RejectionReason.TimedOut, late.Rejection!.Reason);
        Assert.Equal(["a"], late.Rejection.HeldModels);
        Assert.Equal(TimeSpan.FromTicks(50), late.Rejection.HeldFor);
        Assert.Equal(2, late.Rejection.QueueLength);
        Assert.True(later.IsWaiting);
        Assert.Equal(51, world.Scheduler.NextDeadline);
    }

    [Fact]
    public void A_full_queue_rejects_immediately_with_a_retry_time()
    {
        var world = new SchedulerWorld(maxQueueLength: 1);
        var model = world.AddResident("a");
        var hold = TimeSpan.FromSeconds(8).Ticks;
        var first = world.Acquire(model);
        world.Now += hold;
        world.Release(first);
        world.Acquire(model);
        var waiting = world.Acquire(model);
        var rejected = world.Acquire(model);
        Assert.True(waiting.IsWaiting);
        Assert.Equal(RejectionReason.QueueFull, rejected.Rejection!.Reason);
        Assert.Equal(TimeSpan.FromSeconds(16), rejected.Rejection.RetryAfter);
        Assert.True(world.Cancel(waiting));
        Assert.True(world.Acquire(model).IsWaiting);
    }

    [Fact]
    public void A_model_that_requires_a_missing_device_is_rejected()
    {
        var world = new SchedulerWorld();
        var model = new TestModel(new ModelSettings("a") { Candidates = [] }, 10);
        world.Scheduler.Add(model, world.Now);
        Assert.Equal(RejectionReason.NoDevice, world.Acquire(model).Rejection!.Reason);
    }

    [Fact]
    public void A_preload_moves_the_model_to_its_device_and_takes_no_slot()
    {
        var world = new SchedulerWorld();
        var model = world.AddModel("a");
        var preload = world.Acquire(model, isPreload: true);
        world.FinishAll();
        Assert.Equal(1, preload.GrantNumber);
        Assert.Equal(0, world.Device.HolderCount);
        Assert.Equal(2, world.Acquire(model, isPreload: true).GrantNumber);
        Assert.True(world.Acquire(model).IsHeld);
    }
}
