using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>Models and their waiting requests when a move fails, hangs or loses its device.</summary>
public sealed class LeaseSchedulerFailureTests
{
    private readonly SchedulerWorld _world = new(budget: 100);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [InlineData(null)]
    public void A_model_that_went_to_the_CPU_for_a_waiting_holder_is_not_moved_back_by_others(bool? isTried)
    {
        var world = new SchedulerWorld(budget: 100, slots: 3);
        var second = world.AddDevice(new Device("fake", 1), 50, slots: 3);
        var cpu = world.AddDevice(Device.Cpu, 1000, slots: 3);
        var small = world.Bring(world.AddModel(new ModelFootprint(15, 15), new ModelSettings("small") { Candidates = [second] }));
        var rerouted = world.AddModel(
            new ModelFootprint(40, 40), new ModelSettings("rerouted") { Candidates = [world.Device, second], Fallback = cpu });
        var large = world.Bring(world.AddModel(new ModelFootprint(95, 95), new ModelSettings("large") { Candidates = [world.Device] }));
        var holder = new LeaseHolder();
        world.Acquire(small, holder);
        var other = world.Acquire(large);
        var group = world.AcquireAll(holder, rerouted, large);
        world.FinishAll();
        Assert.Equal((true, cpu, ModelResidency.OnDevice), (group.IsWaiting, rerouted.Device, rerouted.Residency));
        var another = new TestRequest(rerouted, new());
        if (isTried == true)
            world.Tell(() => world.Scheduler.TryAcquireNow(another, world.Now));
        else if (isTried == false)
            world.Acquire(another);
        world.FinishAll();
        if (another.IsHeld)
            world.Release(another);
        world.Release(other);
        world.FinishAll();
        Assert.True(group.IsHeld, $"It was rejected: {group.Rejection?.Reason}.");
    }

    [Fact]
    public void An_object_that_cannot_leave_its_device_serves_requests_that_arrived_meanwhile()
    {
        var model = _world.AddResident("a", canReload: false);
        _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now));
        var preload = _world.Acquire(model, isPreload: true);
        var wait = _world.Acquire(model);
        Assert.True(preload.IsWaiting && wait.IsWaiting);
        _world.Finish(SchedulerEffectKind.Evict, model, new IOException());
        Assert.NotEqual(0, preload.GrantNumber);
        Assert.True(wait.IsHeld);
    }

    [Fact]
    public void The_eviction_of_a_model_that_cannot_leave_is_not_retried_before_its_back_off_ends()
    {
        var model = _world.AddResident("a", bytes: 60, canReload: false);
        _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now));
        _world.Finish(SchedulerEffectKind.Evict, model, new IOException());
        var wait = _world.Acquire(_world.AddModel("b", bytes: 60));
        _world.Finish(SchedulerEffectKind.Load);
        Assert.Empty(_world.Work);
        _world.Advance(TimeSpan.FromSeconds(1).Ticks - 1);
        Assert.Empty(_world.Work);
        _world.Advance(1);
        Assert.True(_world.IsUnderWay(SchedulerEffectKind.Evict, model));
        _world.FinishAll();
        Assert.True(wait.IsHeld);
    }

    [Fact]
    public void While_a_model_cannot_leave_holders_that_wait_for_its_room_are_not_in_a_deadlock()
    {
        var world = new SchedulerWorld(budget: 100, slots: 3);
        var stuck = world.AddResident("stuck", bytes: 30, canReload: false);
        world.Tell(() => world.Scheduler.TryEvict(stuck, world.Now));
        world.Finish(SchedulerEffectKind.Evict, stuck, new IOException());
        LeaseHolder[] holders = [new(), new()];
        world.Acquire(world.AddResident("a", bytes: 30), holders[0]);
        world.Acquire(world.AddResident("b", bytes: 30), holders[1]);
        TestRequest[] waits =
            [world.Acquire(world.AddModel("c", bytes: 30), holders[0]), world.Acquire(world.AddModel("d", bytes: 30), holders[1])];
        world.FinishAll();
        Assert.All(waits, static wait => Assert.True(wait.IsWaiting));
        world.Advance(TimeSpan.FromSeconds(1).Ticks);
        world.FinishAll();
        Assert.Single(waits, static wait => wait.IsHeld);
    }

    [Fact]
    public void While_a_model_is_moving_holders_that_wait_for_room_are_not_in_a_deadlock_but_afterwards_they_are()
    {
        var world = new SchedulerWorld(budget: 100, slots: 4);
        var coming = world.AddModel("c", bytes: 20);
        LeaseHolder[] holders = [new(), new()];
        world.Acquire(world.AddResident("a", bytes: 40), holders[0]);
        world.Acquire(world.AddResident("b", bytes: 40), holders[1]);
        world.Acquire(coming, isPreload: true);
        world.Finish(SchedulerEffectKind.Load);
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Move, coming));
        TestRequest[] waits =
            [world.Acquire(world.AddModel("d", bytes: 30), holders[0]), world.Acquire(world.AddModel("e", bytes: 30), holders[1])];
        world.Finish(world.Work.Single(static work => work.Model!.Id == "d"));
        world.Finish(world.Work.Single(static work => work.Model!.Id == "e"));
        Assert.All(waits, static wait => Assert.True(wait.IsWaiting));
        world.FinishAll();
        Assert.Single(waits, static wait => wait.Rejection is { Reason: RejectionReason.Deadlock });
    }

    [Fact]
    public void An_eviction_that_fails_with_its_device_does_not_fault_the_model_which_moves_elsewhere()
    {
        var second = _world.AddDevice(new Device("fake", 1), 100);
        var model = _world.Bring(
            _world.AddModel(new ModelFootprint(10, 10), new ModelSettings("a") { Candidates = [_world.Device, second] }));
        var device = model.Device!;
        _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now));
        var wait = _world.Acquire(model);
        _world.Lose(device);
        _world.Finish(SchedulerEffectKind.Evict, model, new IOException());
        _world.Finish(SchedulerEffectKind.Unload, model);
        _world.Finish(SchedulerEffectKind.Load, model);
        _world.Finish(SchedulerEffectKind.Move, model);
        Assert.True(wait.IsHeld);
        Assert.NotSame(device, model.Device);
        Assert.Equal((0, null, 0, 0), (model.Failures, model.Failure, device.Memory.UsedBytes, device.Memory.LeavingBytes));
    }

    [Fact]
    public void A_move_that_ends_on_a_device_that_was_lost_meanwhile_grants_nothing_there()
    {
        var second = _world.AddDevice(new Device("fake", 1), 100);
        var model = _world.AddModel(new ModelFootprint(10, 10), new ModelSettings("a") { Candidates = [_world.Device, second] });
        var wait = _world.Acquire(model);
        _world.Finish(SchedulerEffectKind.Load);
        var device = model.Device!;
        _world.Lose(device);
        _world.Finish(SchedulerEffectKind.Move, model);
        Assert.True(wait.IsWaiting);
        Assert.True(_world.IsUnderWay(SchedulerEffectKind.Evict, model));
        _world.Finish(SchedulerEffectKind.Evict, model);
        Assert.NotSame(device, model.Device);
        _world.Finish(SchedulerEffectKind.Move, model);
        Assert.True(wait.IsHeld);
        Assert.Equal((0, 10), (device.Memory.UsedBytes, model.Device!.Memory.UsedBytes));
    }

    [Fact]
    public void A_second_loss_of_a_device_in_the_same_generation_is_ignored()
    {
        var losses = 0;
        _world.OnEffect = effect => losses += effect.Kind == SchedulerEffectKind.ReportLoss ? 1 : 0;
        var generation = _world.Device.Generation;
        _world.Tell(() => _world.Scheduler.DeviceLost(_world.Device, new DeviceLostException("lost"), _world.Now, generation));
        _world.Tell(() => _world.Scheduler.DeviceLost(_world.Device, new DeviceLostException("lost"), _world.Now, generation));
        _world.Advance(TimeSpan.FromSeconds(1).Ticks);
        _world.Finish(SchedulerEffectKind.Probe);
        Assert.False(_world.Device.IsLost);
        _world.Tell(() => _world.Scheduler.DeviceLost(_world.Device, new DeviceLostException("an old message"), _world.Now, generation));
        Assert.Equal((1, false), (losses, _world.Device.IsLost));
    }

    [Fact]
    public void Memory_of_an_abandoned_move_is_unavailable_until_its_code_ends_and_then_waiting_requests_continue()
    {
        var hanging = _world.AddModel("hanging", bytes: 60);
        _world.Acquire(hanging);
        _world.Finish(SchedulerEffectKind.Load);
        var move = _world.Work.Single();
        var abandoned = new AbandonedMemory();
        _world.Tell(() => _world.Scheduler.MoveFailed(hanging, new TimeoutException(), _world.Now, abandoned));
        Assert.Equal(60, _world.Device.Memory.UsedBytes);
        var wait = _world.Acquire(_world.AddModel("b", bytes: 60));
        _world.Finish(SchedulerEffectKind.Load);
        Assert.Equal([move], _world.Work);
        Assert.True(wait.IsWaiting);
        _world.Tell(() => _world.Scheduler.Reclaim(abandoned, _world.Now));
        _world.Finish(SchedulerEffectKind.Move, wait.ScheduledModel);
        Assert.True(wait.IsHeld);
        Assert.Equal(60, _world.Device.Memory.UsedBytes);
    }
}
