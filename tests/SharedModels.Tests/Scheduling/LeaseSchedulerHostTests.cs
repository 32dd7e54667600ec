using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The host's budget.</summary>
public sealed class LeaseSchedulerHostTests
{
    private readonly SchedulerWorld _world = new(budget: 1000, slots: 3);
    private readonly ScheduledDevice _host;

    public LeaseSchedulerHostTests() => _host = _world.AddDevice(Device.Cpu, 100, slots: 3);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_request_does_not_wait_for_a_preloaded_model_that_has_no_room(int priority)
    {
        var world = new SchedulerWorld(budget: 100);
        world.AddDevice(Device.Cpu, 160);
        var there = world.AddModel(
            new ModelFootprint(35, 35), new ModelSettings("there") { Candidates = [world.Device], IsPreloaded = true });
        var missing = world.AddModel(
            new ModelFootprint(95, 95), new ModelSettings("missing") { Candidates = [world.Device], IsPreloaded = true });
        var wanted = world.AddModel(new ModelFootprint(90, 90), new ModelSettings("wanted") { Candidates = [world.Device] });
        world.Tell(() => world.Scheduler.KeepPreloaded(world.Now));
        for (var i = 0; i < 5; i++)
        {
            world.Advance(TimeSpan.TicksPerSecond);
            world.FinishAll();
        }

        Assert.Equal((ModelResidency.OnDevice, ModelResidency.OnHost), (there.Residency, missing.Residency));
        var request = world.Acquire(wanted, priority: priority);
        world.FinishAll();
        Assert.True(request.IsHeld, $"'missing' is {missing.Residency} without a request.");
    }

    [Fact]
    public void A_load_that_exceeds_the_host_s_budget_evicts_idle_copies()
    {
        _world.AddResident("idle", bytes: 60);
        var wait = _world.Acquire(_world.AddModel("b", bytes: 60));
        _world.FinishAll();
        Assert.True(wait.IsHeld);
        Assert.True(_host.Memory.UsedBytes <= 100, $"The host has {_host.Memory.UsedBytes} bytes of 100, 60 of them of an idle model.");
    }

    [Fact]
    public void A_model_that_can_never_fit_on_the_host_is_rejected_the_first_time_too()
    {
        var wait = _world.Acquire(_world.AddModel("huge", bytes: 150));
        _world.FinishAll();
        Assert.Equal(RejectionReason.NeverFits, wait.Rejection?.Reason);
    }

    [Fact]
    public void A_holder_whose_own_models_fill_the_host_is_rejected_instead_of_waiting_for_itself()
    {
        var x = Known("x", 60);
        var y = Known("y", 60);
        var holder = new LeaseHolder();
        _world.Acquire(x, holder);
        _world.FinishAll();
        var wait = _world.Acquire(y, holder);
        _world.FinishAll();
        _world.Advance(1_000_000_000_000);
        Assert.False(wait.IsWaiting, "It waits for host memory that only its own release frees.");
    }

    [Fact]
    public void A_queue_that_has_got_its_room_no_longer_claims_it()
    {
        var a = OnCpu("a", 60);
        var c = OnCpu("c", 50);
        var l = Known("l", 20);
        Evict(a, c);
        var holder = new LeaseHolder();
        _world.Acquire(_world.AddResident("urgent", bytes: 5), holder);
        var held = _world.Acquire(a);
        _world.FinishAll();
        var first = _world.Acquire(c, holder);
        var second = _world.Acquire(c);
        _world.Release(held);
        _world.FinishAll();
        Assert.True(first.IsHeld && second.IsWaiting);
        var wait = _world.Acquire(l);
        _world.FinishAll();
        Assert.True(
            wait.IsHeld,
            $"{_host.Memory.FreeBytes} bytes of the host are free, 'l' takes 20; the claim is still that of '{_host.Memory.Claim?.Names}', "
            + "which is loaded and in use.");
    }

    [Fact]
    public void A_served_claim_causes_no_false_deadlock()
    {
        var a = OnCpu("a", 60);
        var c = OnCpu("c", 50);
        var l = Known("l", 20);
        Evict(a, c);
        LeaseHolder[] holders = [new(), new()];
        _world.Acquire(_world.AddResident("p", bytes: 5), holders[0]);
        _world.Acquire(_world.AddResident("q", bytes: 5), holders[1]);
        var held = _world.Acquire(a);
        _world.FinishAll();
        _world.Acquire(c, holders[0]);
        _world.Acquire(c, holders[1]);
        _world.Release(held);
        _world.FinishAll();
        var wait = _world.Acquire(l, holders[0]);
        _world.FinishAll();
        Assert.Null(wait.Rejection);
        Assert.True(wait.IsHeld);
    }

    [Fact]
    public void A_cycle_through_host_memory_for_a_model_that_is_not_yet_on_the_CPU_is_found()
    {
        var z = _world.AddResident("z", bytes: 70);
        var p = OnCpu("p", 10);
        var q = _world.AddModel(new ModelFootprint(60, 60), new ModelSettings("q") { Candidates = [_host], CanReload = false });
        LeaseHolder[] holders = [new(), new()];
        _world.Acquire(p, holders[0]);
        _world.Acquire(z, holders[1]);
        TestRequest[] waits = [_world.Acquire(q, holders[0]), _world.Acquire(p, holders[1])];
        _world.FinishAll();
        Assert.Contains(waits, static wait => wait.Rejection is { Reason: RejectionReason.Deadlock });
    }

    [Fact]
    public void Host_memory_that_a_holder_on_an_accelerator_will_free_is_not_a_deadlock()
    {
        var z = _world.AddResident("z", bytes: 60);
        var p = OnCpu("p", 10);
        var r = OnCpu("r", 10);
        var q = _world.AddModel(new ModelFootprint(60, 60), new ModelSettings("q") { Candidates = [_host], CanReload = false });
        LeaseHolder[] holders = [new(), new()];
        _world.Acquire(z);
        _world.Acquire(p, holders[0]);
        _world.Acquire(r, holders[1]);
        TestRequest[] waits = [_world.Acquire(q, holders[0]), _world.Acquire(p, holders[1])];
        _world.FinishAll();
        Assert.All(waits, static wait => Assert.Null(wait.Rejection));
    }

    [Fact]
    public void Host_memory_that_is_freed_when_a_model_can_leave_its_accelerator_is_not_a_deadlock()
    {
        var world = new SchedulerWorld(budget: 1000, slots: 3, change: static policy => policy with { MinResidency = 20 });
        _ = world.AddDevice(Device.Cpu, 100);
        var p = world.AddModel("p", bytes: 40);
        var q = world.AddModel("q", bytes: 40);
        foreach (var model in new[] { p, q })
        {
            world.Bring(model);
            world.Tell(() => world.Scheduler.TryEvict(model, world.Now));
            world.FinishAll();
            world.Tell(() => model.Settings = model.Settings with { KeepAlive = 0 });
            world.Tell(() => world.Scheduler.Reconfigure(world.Policy, world.Now));
            world.FinishAll();
            Assert.Equal(ModelResidency.Registered, model.Residency);
        }

        LeaseHolder[] holders = [new(), new()];
        world.Acquire(world.AddResident("x", bytes: 20), holders[0]);
        world.Acquire(world.AddResident("y", bytes: 20), holders[1]);
        world.AddResident("idle", bytes: 50);
        TestRequest[] waits = [world.Acquire(p, holders[0]), world.Acquire(q, holders[1])];
        Assert.All(waits, static wait => Assert.Null(wait.Rejection));
    }

    [Fact]
    public void When_the_request_that_claimed_host_memory_is_granted_requests_it_held_back_on_other_devices_continue()
    {
        var d = Known("d", 20);
        var b = _world.AddModel("b", bytes: 50);
        var c = _world.Bring(_world.AddModel(new ModelFootprint(40, 40, 30), new ModelSettings("c") { Candidates = [_host] }));
        var held = _world.Acquire(b);
        _world.FinishAll();
        var urgent = new LeaseHolder();
        _world.Acquire(_world.AddModel("u", bytes: 0), urgent);
        _world.FinishAll();
        var first = _world.Acquire(c, urgent);
        var second = _world.Acquire(d);
        Assert.True(first.IsWaiting && second.IsWaiting, "30 working bytes are missing, and are claimed.");
        _world.Release(held);
        _world.FinishAll();
        Assert.True(first.IsHeld);
        Assert.True(second.IsHeld, "40 + 30 + 20 bytes of the host are in use, and the wait was not checked again.");
    }

    [Fact]
    public void A_group_whose_last_model_is_released_makes_the_host_free_room_for_its_work_on_the_CPU()
    {
        // Found by the histories (TwoAccelerators, HISTORIES=30000), and shrunk.
        var m4 = _world.AddResident("m4", bytes: 50);
        var m1 = _world.Bring(_world.AddModel(new ModelFootprint(30, 30, 5), new ModelSettings("m1") { Candidates = [_host] }));
        var held = _world.Acquire(m4);
        var group = _world.AcquireAll(m1, m4);
        _world.Cancel(_world.Acquire(_world.AddModel("m5", bytes: 90)));
        _world.FinishAll();
        _world.Release(held);
        _world.FinishAll();
        Assert.True(group.IsHeld, "There is no lease and no running step, and 'm5', which is not wanted, can leave the host.");
    }

    [Fact]
    public void A_holder_whose_models_just_fit_on_the_host_gets_them_all()
    {
        var (x, y) = (Known("x", 60), Known("y", 40));
        var holder = new LeaseHolder();
        _world.Acquire(x, holder);
        _world.FinishAll();
        var wait = _world.Acquire(y, holder);
        _world.FinishAll();
        Assert.True(wait.IsHeld);
    }

    [Fact]
    public void A_load_that_ran_out_of_memory_is_retried_once_the_idle_models_are_unloaded()
    {
        var idle = _world.AddResident("idle", bytes: 40);
        var model = _world.AddModel("b", bytes: 40);
        var wait = _world.Acquire(model);
        _world.Finish(SchedulerEffectKind.Load, model, new DeviceOutOfMemoryException("full"));
        Assert.False(_world.IsUnderWay(SchedulerEffectKind.Load, model));
        _world.Finish(SchedulerEffectKind.Evict, idle);
        Assert.False(_world.IsUnderWay(SchedulerEffectKind.Load, model));
        _world.Finish(SchedulerEffectKind.Unload, idle);
        Assert.True(_world.IsUnderWay(SchedulerEffectKind.Load, model));
        _world.FinishAll();
        Assert.True(wait.IsHeld);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Room_that_is_freed_for_another_device_goes_to_the_request_that_is_first_after_aging(int seconds, bool isLoaded)
    {
        var other = _world.AddDevice(new Device("fake", 1), 100);
        var small = Known("small", 30);
        var large = _world.Bring(_world.AddModel(new ModelFootprint(70, 70), new ModelSettings("large") { Candidates = [other] }));
        Unload(large);
        _world.Acquire(OnCpu("used", 60));
        _world.Acquire(large);
        _world.Now += TimeSpan.FromSeconds(seconds).Ticks;
        _world.Acquire(small, priority: 2);
        Assert.Equal(isLoaded, _world.IsUnderWay(SchedulerEffectKind.Load, small));
    }

    [Fact]
    public void A_load_takes_none_of_the_room_that_is_freed_for_work_on_the_CPU()
    {
        var small = Known("small", 10);
        var working = _world.Bring(
            _world.AddModel(new ModelFootprint(40, 40, 30), new ModelSettings("working") { Candidates = [_host] }));
        _world.Acquire(_world.AddResident("used", bytes: 50));
        var first = _world.Acquire(working);
        Assert.True(first.IsWaiting, "30 working bytes are needed, and 10 are free.");
        _world.Acquire(small);
        Assert.False(_world.IsUnderWay(SchedulerEffectKind.Load, small));
    }

    [Fact]
    public void A_copy_that_only_the_scheduler_keeps_makes_room_for_the_next_request_while_another_is_served()
    {
        var world = new SchedulerWorld(budget: 100);
        world.AddDevice(Device.Cpu, 160);
        var wanted = world.AddResident("wanted", bytes: 90);
        world.Tell(() => world.Scheduler.TryEvict(wanted, world.Now, freeHost: true));
        world.FinishAll();
        world.Acquire(world.AddResident("served", bytes: 35));
        var kept = world.AddModel(
            new ModelFootprint(95, 95), new ModelSettings("kept") { Candidates = [world.Device], IsPreloaded = true });
        world.Tell(() => world.Scheduler.KeepPreloaded(world.Now));
        world.Advance(TimeSpan.TicksPerSecond);
        world.FinishAll();
        Assert.Equal(ModelResidency.OnHost, kept.Residency);
        world.Acquire(wanted, priority: 0);
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Unload, kept));
    }

    private TestModel Known(string id, long bytes)
    {
        var model = _world.AddResident(id, bytes);
        Unload(model);
        return model;
    }

    private TestModel OnCpu(string id, long bytes) =>
        _world.Bring(_world.AddModel(new ModelFootprint(bytes, bytes), new ModelSettings(id) { Candidates = [_host] }));

    private void Evict(params TestModel[] models)
    {
        foreach (var model in models)
        {
            _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now));
            _world.FinishAll();
        }
    }

    private void Unload(TestModel model)
    {
        model.Settings = model.Settings with { KeepAlive = 0 };
        _world.Tell(() => _world.Scheduler.Reconfigure(_world.Policy, _world.Now));
        _world.FinishAll();
        Assert.Equal(ModelResidency.Registered, model.Residency);
        model.Settings = model.Settings with { KeepAlive = long.MaxValue };
    }
}
