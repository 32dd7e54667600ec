using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The cheapest model is evicted: the probability of its return, times the duration of that, per byte that it frees.</summary>
public sealed class LeaseSchedulerCostTests
{
    private readonly SchedulerWorld _world = new(budget: 100);

    [Fact]
    public void The_model_whose_move_took_longer_stays()
    {
        var slow = Bring("slow", move: 30);
        var fast = Bring("fast", move: 10);
        Assert.Equal([fast], Victims(Newcomer("n", 40)));
        Assert.Equal(ModelResidency.OnDevice, slow.Residency);
    }

    [Fact]
    public void The_duration_of_a_load_does_not_count_on_an_accelerator_because_the_host_copy_stays()
    {
        _ = Bring("slow to move", move: 12, load: 1);
        var slowToLoad = Bring("slow to load", move: 10, load: 1000);
        Assert.Equal([slowToLoad], Victims(Newcomer("n", 40)));
    }

    [Fact]
    public void A_mutable_model_costs_two_moves_because_it_is_copied_back()
    {
        _ = Bring("mutable", move: 10, isMutable: true);
        var constant = Bring("constant", move: 15);
        Assert.Equal([constant], Victims(Newcomer("n", 40)));
    }

    [Fact]
    public void On_the_CPU_the_cost_is_the_duration_of_the_load()
    {
        var host = _world.AddDevice(Device.Cpu, 100);
        var fast = Bring("fast", load: 5, device: host);
        _ = Bring("slow", load: 10, device: host);
        Assert.Equal([fast], Victims(Newcomer("n", 40, host), SchedulerEffectKind.Unload, SchedulerEffectKind.Evict));
    }

    [Fact]
    public void A_host_copy_whose_model_is_on_an_accelerator_costs_load_and_move()
    {
        var host = _world.AddDevice(Device.Cpu, 100);
        _ = Bring("on the accelerator", load: 5, move: 10);
        var onCpu = Bring("on the CPU", load: 12, device: host);
        Assert.Equal([onCpu], Victims(Newcomer("n", 40, host), SchedulerEffectKind.Unload, SchedulerEffectKind.Evict));
    }

    [Fact]
    public void A_model_that_fell_back_to_the_CPU_is_not_moved_any_more()
    {
        var host = _world.AddDevice(Device.Cpu, 100);
        var fallen = Bring("fallen", load: 12, move: 1000, fallback: host);
        _world.Lose(_world.Device);
        _world.Finish(SchedulerEffectKind.Evict, fallen);
        var wait = _world.Acquire(fallen);
        Assert.True(wait.IsHeld);
        _world.Release(wait);
        var onCpu = Bring("on the CPU", load: 26, device: host);
        _world.Release(_world.Acquire(onCpu));
        Assert.Equal([fallen], Victims(Newcomer("n", 40, host), SchedulerEffectKind.Unload, SchedulerEffectKind.Evict));
    }

    [Fact]
    public void The_model_that_is_requested_more_often_stays()
    {
        var popular = Bring("popular", move: 10);
        var rare = Bring("rare", move: 10);
        for (var i = 0; i < 3; i++)
            _world.Release(_world.Acquire(popular));
        _world.Release(_world.Acquire(rare));
        Assert.Equal([rare], Victims(Newcomer("n", 40)));
    }

    [Fact]
    public void Of_two_models_with_the_same_cost_the_larger_is_evicted()
    {
        _ = Bring("small", bytes: 40, move: 10);
        var large = Bring("large", bytes: 60, move: 10);
        Assert.Equal([large], Victims(Newcomer("n", 30)));
    }

    [Fact]
    public void A_model_goes_to_the_device_where_the_evictions_cost_least()
    {
        // One victim of 90 bytes at 3 ticks a byte, or two of 30 at 2 ticks a byte each.
        var second = _world.AddDevice(new Device("fake", 1), 60);
        var model = Known("n", 60, second);
        _ = Bring("dear", bytes: 90, move: 270);
        _ = Bring("a", bytes: 30, move: 60, device: second);
        _ = Bring("b", bytes: 30, move: 60, device: second);
        _world.Acquire(model);
        Assert.Same(second, model.Device);
    }

    [Fact]
    public void A_model_goes_where_there_is_room_even_if_requests_wait_there_and_a_victim_would_cost_nothing()
    {
        var second = _world.AddDevice(new Device("fake", 1), 70);
        var model = Known("n", 60, second);
        var busy = Bring("busy", bytes: 10, device: second);
        Assert.True(_world.Acquire(busy).IsHeld && _world.Acquire(busy).IsWaiting);
        _ = Bring("cheap", bytes: 90, move: 0);
        _world.Acquire(model);
        Assert.Same(second, model.Device);
    }

    [Fact]
    public void Bytes_that_are_already_being_freed_need_no_further_victim()
    {
        var second = _world.AddDevice(new Device("fake", 1), 100);
        var model = Known("n", 60, second);
        var leaving = Bring("leaving", bytes: 60, move: 1000);
        _ = Bring("stays", bytes: 40, move: 1000);
        _ = Bring("other", bytes: 100, move: 100, device: second);
        _world.Tell(() => _world.Scheduler.TryEvict(leaving, _world.Now));
        _world.Acquire(model);
        Assert.Same(_world.Device, model.Device);
    }

    /// <summary>Returns a model whose size is known, on no device.</summary>
    private TestModel Known(string id, long bytes, ScheduledDevice second)
    {
        var model = _world.AddModel(
            new ModelFootprint(bytes, bytes), new ModelSettings(id) { Candidates = [_world.Device, second], KeepAlive = 0 });
        _world.Acquire(model, isPreload: true);
        _world.FinishAll();
        _world.Advance(0);
        _world.FinishAll();
        Assert.Equal((ModelResidency.Registered, null), (model.Residency, model.Device));
        return model;
    }

    private TestModel Bring(
        string id,
        long bytes = 50,
        long load = 1,
        long move = 1,
        bool isMutable = false,
        ScheduledDevice? device = null,
        ScheduledDevice? fallback = null)
    {
        var model = _world.AddModel(
            new ModelFootprint(bytes, bytes),
            new ModelSettings(id) { Candidates = [device ?? _world.Device], Fallback = fallback },
            isMutable);
        var first = _world.Acquire(model);
        _world.Now += load;
        _world.Finish(SchedulerEffectKind.Load, model);
        if (_world.IsUnderWay(SchedulerEffectKind.Move, model))
        {
            _world.Now += move;
            _world.Finish(SchedulerEffectKind.Move, model);
        }

        Assert.True(first.IsHeld);
        _world.Release(first);
        return model;
    }

    private TestModel Newcomer(string id, long bytes, ScheduledDevice? device = null) =>
        _world.AddModel(new ModelFootprint(bytes, bytes), new ModelSettings(id) { Candidates = [device ?? _world.Device] });

    private ScheduledModel[] Victims(TestModel newcomer, params SchedulerEffectKind[] kinds)
    {
        _world.Acquire(newcomer);
        if (_world.IsUnderWay(SchedulerEffectKind.Load, newcomer))
            _world.Finish(SchedulerEffectKind.Load, newcomer);
        SchedulerEffectKind[] leaving = kinds is [] ? [SchedulerEffectKind.Evict] : kinds;
        return [.. _world.Work.Where(work => leaving.Contains(work.Kind)).Select(static work => work.Model!)];
    }
}
