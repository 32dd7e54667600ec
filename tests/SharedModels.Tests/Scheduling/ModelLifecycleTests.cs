using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Tests.Scheduling;

public sealed class ModelLifecycleTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly SchedulerParts _parts = new();

    private ModelLifecycle Lifecycle => _parts.Lifecycle;

    [Fact]
    public void A_request_to_free_host_memory_reaches_a_model_that_is_leaving_its_device()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        world.Tell(() => Assert.True(world.Scheduler.TryEvict(model, world.Now)));
        world.Tell(() => Assert.False(world.Scheduler.TryEvict(model, world.Now, freeHost: true)));
        world.Finish(SchedulerEffectKind.Evict, model);
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Unload, model));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Host_memory_is_freed_only_on_request(bool freeHost)
    {
        var model = _parts.AddLoaded("a");
        Assert.Equal(freeHost, Lifecycle.TryEvict(model, freeHost, now: 0));
        Assert.Equal(freeHost ? ModelResidency.Unloading : ModelResidency.OnHost, model.Residency);
    }

    [Fact]
    public void A_model_on_its_device_leaves_the_device_and_then_the_host()
    {
        var model = _parts.AddResident("a");
        Assert.True(Lifecycle.TryEvict(model, freeHost: true, now: 0));
        Assert.Equal((SchedulerEffectKind.Evict, EvictionReason.Request), TakeEffect());
        Assert.Equal((true, 10, 10), (model.LeavesHost, _parts.Host.Memory.LeavingBytes, _parts.Accelerator.Memory.LeavingBytes));
    }

    [Fact]
    public void The_bytes_of_a_model_that_leaves_too_slowly_do_not_count_as_leaving()
    {
        var model = _parts.AddResident("a");
        Lifecycle.TryEvict(model, freeHost: true, now: 0);
        Assert.Equal((false, Second), (model.IsLate, _parts.State.Deadlines.Earliest));
        Lifecycle.BeLate(model);
        Assert.Equal((true, 0, 0), (model.IsLate, _parts.Host.Memory.LeavingBytes, _parts.Accelerator.Memory.LeavingBytes));
    }

    [Fact]
    public void After_a_model_has_changed_its_device_all_waits_and_preloads_are_checked()
    {
        var model = _parts.AddModel("a");
        Lifecycle.Reattach(model, _parts.Host);
        Assert.Equal((_parts.Host, true, true), (model.Device, _parts.State.MayBeDeadlocked, _parts.State.MayMissPreloads));
    }

    [Fact]
    public void A_model_in_use_is_evicted_on_request_when_it_is_idle()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        var held = world.Acquire(model);
        (model.EvictWhenIdle, model.FreeHostWhenIdle) = (true, true);
        world.Release(held);
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Evict, model));
        Assert.Equal((EvictionReason.Request, false, false), (model.EvictionReason, model.EvictWhenIdle, model.FreeHostWhenIdle));
        world.FinishAll();
        Assert.Equal(ModelResidency.Registered, model.Residency);
    }

    [Fact]
    public void Waiting_for_an_eviction_ends_when_the_model_has_left_its_device()
    {
        var model = _parts.AddLoaded("a");
        model.EvictWhenIdle = true;
        Lifecycle.ReconcileIdleModel(model, now: 0);
        Assert.Equal((SchedulerEffectKind.EvictionEnded, null), TakeEffect());
        Assert.False(model.EvictWhenIdle);
    }

    [Fact]
    public void Waiting_for_an_eviction_ends_if_the_model_can_never_leave()
    {
        var given = AddGiven();
        given.EvictWhenIdle = true;
        Lifecycle.ReconcileIdleModel(given, now: 0);
        Assert.Equal((SchedulerEffectKind.EvictionEnded, null), TakeEffect());
        Assert.False(given.EvictWhenIdle);
    }

    [Fact]
    public void Waiting_for_an_eviction_continues_while_the_model_can_leave_later()
    {
        var (loading, resident) = (_parts.AddModel("loading"), _parts.AddResident("resident"));
        loading.BeginLoad(now: 0);
        resident.BackOff(Failure.Of(new IOException()), now: 0, _parts.State.Policy);
        foreach (var model in (TestModel[])[loading, resident])
        {
            model.EvictWhenIdle = true;
            Lifecycle.ReconcileIdleModel(model, now: 0);
            Assert.True(model.EvictWhenIdle);
        }

        Assert.False(_parts.State.HasEffects);
        Lifecycle.ReconcileIdleModel(resident, resident.RetryAt);
        Assert.Equal((SchedulerEffectKind.Evict, EvictionReason.Request), TakeEffect());
    }

    [Fact]
    public void An_object_on_the_CPU_is_freed_only_when_it_is_removed()
    {
        var given = AddGiven();
        Lifecycle.ReconcileIdleModel(given, now: 10 * Second);
        Assert.Equal(ModelResidency.OnDevice, given.Residency);
        given.IsRemoved = true;
        Lifecycle.ReconcileIdleModel(given, now: 10 * Second);
        Assert.Equal((SchedulerEffectKind.Unload, EvictionReason.Request), TakeEffect());
    }

    [Fact]
    public void A_removed_model_waits_for_its_back_off()
    {
        var model = _parts.AddResident("a");
        model.BackOff(Failure.Of(new IOException()), now: 0, _parts.State.Policy);
        model.IsRemoved = true;
        Lifecycle.ReconcileIdleModel(model, now: 0);
        Assert.Equal((ModelResidency.OnDevice, model.RetryAt), (model.Residency, _parts.State.Deadlines.Earliest));
        Lifecycle.ReconcileIdleModel(model, model.RetryAt);
        Assert.Equal((SchedulerEffectKind.Evict, EvictionReason.Request), TakeEffect());
    }

    private (SchedulerEffectKind Kind, EvictionReason? Reason) TakeEffect()
    {
        var effect = Assert.Single(_parts.State.TakeEffects(empty: null));
        return (effect.Kind, effect.Reason);
    }

    /// <summary>Returns an object that runs on the CPU, and has been idle for longer than its keep-alive time.</summary>
    private TestModel AddGiven()
    {
        var model = _parts.Add(new ModelSettings("given") { Candidates = [_parts.Host], CanReload = false, KeepAlive = 1 });
        model.AttachTo(_parts.Host);
        _parts.Host.Memory.Resize(model.HostMemory, 10);
        model.CompleteLoad(model.ActualFootprint, isMutable: false, madeFor: null, now: 0);
        model.Arrive(now: 0);
        return model;
    }
}
