using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Tests.Scheduling;

/// <summary>The effects of completed steps on models and memory.</summary>
public sealed class StepHandlerTests
{
    private static readonly DeviceOutOfMemoryException OutOfMemory = new("full");

    private readonly SchedulerWorld _world = new(slots: 4);
    private readonly ScheduledDevice _host;

    public StepHandlerTests() => _host = _world.AddDevice(Device.Cpu, 100);

    [Fact]
    public void A_constructed_model_is_loaded_when_there_is_room_for_its_estimate()
    {
        var model = _world.AddModel("a", bytes: 30);
        _world.Acquire(model);
        var construction = Assert.Single(_world.Work);
        Complete(new StepResult(construction) { IsEstimate = true, Footprint = new(30, 30) });
        Assert.Equal((ModelResidency.Loading, true, 30), (model.Residency, model.IsEstimated, _host.Memory.UsedBytes));
    }

    [Fact]
    public void A_load_that_runs_out_of_memory_twice_frees_what_it_has_reserved()
    {
        var model = Reload(new(20, 30));
        _world.Finish(SchedulerEffectKind.Load, model, OutOfMemory);
        Assert.Equal((ModelResidency.Loading, true), (model.Residency, model.IsRetried));
        _world.Finish(SchedulerEffectKind.Load, model, OutOfMemory);
        Assert.Equal((ModelResidency.Faulted, false, 0), (model.Residency, model.IsRetried, _host.Memory.UsedBytes));
        Assert.Equal((RejectionReason.OutOfMemory, 20), (model.Rejection!.Reason, model.Rejection.RequiredBytes));
    }

    [Fact]
    public void A_move_that_runs_out_of_memory_is_retried_once_in_each_attempt()
    {
        var model = _world.AddModel(new ModelFootprint(20, 30), new ModelSettings("a") { Candidates = [_world.Device] });
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var request = _world.Acquire(model);
            if (attempt == 0)
                _world.Finish(SchedulerEffectKind.Load, model);
            _world.Finish(SchedulerEffectKind.Move, model, OutOfMemory);
            Assert.True(request.IsWaiting);
            _world.Finish(SchedulerEffectKind.Move, model, OutOfMemory);
            Assert.Equal((RejectionReason.OutOfMemory, 30), (request.Rejection!.Reason, request.Rejection.RequiredBytes));
            _world.Advance(10 * TimeSpan.TicksPerSecond);
        }
    }

    [Fact]
    public void A_load_that_runs_out_of_memory_unloads_idle_models_but_no_wanted_one()
    {
        var (idle, wanted) = (_world.AddResident("idle"), _world.AddResident("wanted"));
        foreach (var model in (TestModel[])[idle, wanted])
        {
            _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now));
            _world.FinishAll();
        }

        _world.Acquire(wanted);
        _world.Finish(SchedulerEffectKind.Move, wanted, OutOfMemory);
        _world.Acquire(_world.AddModel("loading"));
        Assert.Equal((ModelResidency.OnHost, ModelResidency.Moving), (idle.Residency, wanted.Residency));
        _world.Finish(SchedulerEffectKind.Load, failure: OutOfMemory);
        Assert.Equal((ModelResidency.Unloading, ModelResidency.Moving), (idle.Residency, wanted.Residency));
    }

    [Fact]
    public void Memory_of_an_abandoned_load_stays_in_use_until_its_code_ends()
    {
        var model = Reload(new(20, 30));
        var abandoned = Abandon(SchedulerEffectKind.Load, model, StepFailure.Model);
        Assert.Equal([(_host.Memory, 20L)], abandoned.Bytes);
        AssertAbandoned(abandoned, host: 20, accelerator: 0);
    }

    [Fact]
    public void Memory_of_an_abandoned_unload_stays_in_use_until_its_code_ends()
    {
        var model = _world.Bring(_world.AddModel(new ModelFootprint(20, 30), new ModelSettings("a") { Candidates = [_world.Device] }));
        _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now, freeHost: true));
        _world.Finish(SchedulerEffectKind.Evict, model);
        var abandoned = Abandon(SchedulerEffectKind.Unload, model, StepFailure.Model);
        Assert.Equal([(_host.Memory, 20L)], abandoned.Bytes);
        Assert.Equal(ModelResidency.Registered, model.Residency);
        AssertAbandoned(abandoned, host: 20, accelerator: 0);
    }

    [Fact]
    public void An_object_whose_eviction_was_abandoned_is_not_used_any_more()
    {
        var given = Evict(canReload: false);
        var abandoned = Abandon(SchedulerEffectKind.Evict, given, StepFailure.Model);
        Assert.Equal([(_world.Device.Memory, 30L), (_host.Memory, 20L)], abandoned.Bytes);
        Assert.Equal((ModelResidency.Faulted, RejectionReason.LoadFailed), (given.Residency, given.Rejection?.Reason));
        AssertAbandoned(abandoned, host: 20, accelerator: 30);
    }

    [Fact]
    public void Memory_of_an_abandoned_eviction_from_a_lost_device_stays_in_use_until_its_code_ends()
    {
        var model = Evict(canReload: true);
        var abandoned = Abandon(SchedulerEffectKind.Evict, model, StepFailure.DeviceLost);
        Assert.Equal([(_world.Device.Memory, 30L), (_host.Memory, 20L)], abandoned.Bytes);
        Assert.Equal((ModelResidency.Unloading, null), (model.Residency, model.Rejection));
        AssertAbandoned(abandoned, host: 20, accelerator: 30);
    }

    [Fact]
    public void A_failed_eviction_does_not_fault_the_model_if_the_device_was_lost_meanwhile()
    {
        var model = Evict(canReload: true);
        _world.Lose(_world.Device);
        _world.Tell(() => _world.Scheduler.Probed(_world.Device, null, _world.Now));
        _world.Finish(SchedulerEffectKind.Evict, model, new IOException("busy"));
        Assert.Equal((ModelResidency.Unloading, null), (model.Residency, model.Rejection));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_object_whose_eviction_fails_is_freed_if_it_is_not_needed_any_more(bool isShutdown)
    {
        var given = _world.AddResident("given", canReload: false);
        if (isShutdown)
            _world.Tell(() => _world.Scheduler.BeginShutdown(_world.Now));
        else
            _world.Tell(() => _world.Scheduler.BeginRemoval(given, _world.Now));
        _world.Finish(SchedulerEffectKind.Evict, given, new IOException("busy"));
        Assert.Equal(ModelResidency.Unloading, given.Residency);
    }

    private void Complete(StepResult result) => _world.Tell(() => _world.Scheduler.Complete(result, _world.Now));

    private AbandonedMemory Abandon(SchedulerEffectKind step, TestModel model, StepFailure kind)
    {
        var abandoned = new AbandonedMemory();
        Complete(new StepResult(step, model, model.Device, model.Device!.Generation)
        {
            Failure = Failure.Of(new TimeoutException()),
            FailureKind = kind,
            Abandoned = abandoned,
        });
        return abandoned;
    }

    private void AssertAbandoned(AbandonedMemory abandoned, long host, long accelerator)
    {
        Assert.Equal((host, accelerator), (_host.Memory.AbandonedBytes, _world.Device.Memory.AbandonedBytes));
        _world.Tell(() => _world.Scheduler.Reclaim(abandoned, _world.Now));
        Assert.Equal((0, 0), (_host.Memory.AbandonedBytes, _world.Device.Memory.AbandonedBytes));
        Assert.Empty(abandoned.Bytes);
    }

    /// <summary>Returns a model of known size that is being loaded.</summary>
    private TestModel Reload(ModelFootprint footprint)
    {
        var model = _world.Bring(_world.AddModel(footprint, new ModelSettings("a") { Candidates = [_world.Device] }));
        _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now, freeHost: true));
        _world.FinishAll();
        _world.Acquire(model);
        Assert.Equal((ModelResidency.Loading, footprint.HostBytes), (model.Residency, _host.Memory.UsedBytes));
        return model;
    }

    /// <summary>Returns a model that is leaving its device.</summary>
    private TestModel Evict(bool canReload)
    {
        var settings = new ModelSettings("a") { Candidates = [_world.Device], CanReload = canReload };
        var model = _world.Bring(_world.AddModel(new ModelFootprint(20, 30), settings));
        _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now));
        return model;
    }
}
