using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling.Replicas;

/// <summary>The scheduling of models that can be on several devices.</summary>
public sealed class ReplicaSchedulingTests
{
    private readonly SchedulerWorld _world = new();
    private readonly ScheduledDevice _second;

    public ReplicaSchedulingTests() => _second = _world.AddDevice(new Device("fake", 1), 100);

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void A_replica_is_loaded_when_the_requests_that_wait_save_more_than_it_costs(int waiting, bool isLoaded)
    {
        // To bring it in takes 100 ticks. When it arrives, one of the requests has been served, and n - 1 are left. The k-th of them waits
        // for k holds, or for half of that with the replica.
        var model = AddModel();
        var replica = _world.AddReplica(model);
        BringSlowly(model, loadTicks: 60, moveTicks: 40);
        Hold(model, 100);
        for (var i = 0; i <= waiting; i++)
            _world.Acquire(model);
        Assert.Equal(isLoaded, _world.IsUnderWay(SchedulerEffectKind.Load, replica));
        Assert.Equal(isLoaded ? _second : null, replica.Device);
    }

    [Fact]
    public void Waits_of_the_recent_past_count_and_are_forgotten_with_each_load()
    {
        var model = AddModel();
        var replica = _world.AddReplica(model);
        BringSlowly(model, loadTicks: 60, moveTicks: 40);
        var served = 0;
        while (!_world.IsUnderWay(SchedulerEffectKind.Load, replica))
        {
            // Two callers at a time: one uses the model for 10 ticks, and the other one waits for it.
            Assert.True(served++ < 100, "The replica is never loaded.");
            var (first, second) = (_world.Acquire(model), _world.Acquire(model));
            _world.Advance(10);
            _world.Release(first);
            _world.Release(second);
        }

        // Half of 10 ticks is saved each time.
        Assert.InRange(served, 20, 23);
        Assert.InRange(model.Replicas!.WaitsAt(_world.Now, _world.Policy), 0, 10);
    }

    [Fact]
    public void The_models_that_would_have_to_leave_count_as_cost()
    {
        var model = AddModel(bytes: 60);
        var replica = _world.AddReplica(model);
        var popular = _world.AddModel(new ModelFootprint(60, 60), new ModelSettings("popular") { Candidates = [_second] });
        BringSlowly(popular, loadTicks: 60, moveTicks: 40);
        for (var i = 0; i < 1_000; i++)
            _world.Release(_world.Acquire(popular));
        BringSlowly(model, loadTicks: 60, moveTicks: 40);
        Hold(model, 100);
        for (var i = 0; i < 20; i++)
            _world.Acquire(model);
        Assert.Null(replica.Device);
        Assert.Equal(ModelResidency.OnDevice, popular.Residency);
    }

    [Fact]
    public void A_device_where_requests_wait_gets_no_replica()
    {
        var model = AddModel();
        var replica = _world.AddReplica(model);
        var other = _world.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [_second] });
        _world.Bring(model);
        _world.Bring(other);
        var (used, _) = (_world.Acquire(other), _world.Acquire(other));
        _world.Acquire(model);
        _world.Advance(10);
        for (var i = 0; i < 20; i++)
            _world.Acquire(model);
        Assert.Null(replica.Device);
        _world.Release(used);
        Assert.Equal(_second, replica.Device);
    }

    [Fact]
    public void Requests_wait_in_one_queue_and_the_oldest_goes_to_the_first_replica_that_is_free()
    {
        var (model, replica) = AddReplicated();
        var (first, second) = (_world.Acquire(model), _world.Acquire(model));
        Assert.Equal((model, replica), (first.ScheduledModel, second.ScheduledModel));
        var (third, fourth) = (_world.Acquire(model), _world.Acquire(model));
        _world.Release(second);
        Assert.Equal((true, replica, false), (third.IsHeld, third.ScheduledModel, fourth.IsHeld));
        _world.Release(first);
        Assert.Equal((true, model), (fourth.IsHeld, fourth.ScheduledModel));
    }

    [Fact]
    public void A_request_competes_on_the_device_of_the_replica_by_age()
    {
        var (model, replica) = AddReplicated();
        var other = _world.Bring(_world.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [_second] }));
        var (_, used) = (_world.Acquire(model), _world.Acquire(other));
        var (older, waiting, younger) = (_world.Acquire(other), _world.Acquire(model), _world.Acquire(other));
        _world.Release(used);
        Assert.Equal((true, false), (older.IsHeld, waiting.IsHeld));
        _world.Release(older);
        Assert.Equal((true, replica, false), (waiting.IsHeld, waiting.ScheduledModel, younger.IsHeld));
        _world.Release(waiting);
        Assert.True(younger.IsHeld);
    }

    [Fact]
    public void A_holder_gets_the_replica_that_it_has()
    {
        var (model, replica) = AddReplicated();
        var holder = new LeaseHolder();
        _world.Acquire(model);
        var first = _world.Acquire(model, holder);
        var again = _world.Acquire(model, holder);
        Assert.Equal((replica, replica, 1), (first.ScheduledModel, again.ScheduledModel, replica.Users));
    }

    [Fact]
    public void A_holder_of_the_device_of_a_replica_gets_the_replica()
    {
        var (model, replica) = AddReplicated();
        var other = _world.Bring(_world.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [_second] }));
        var holder = new LeaseHolder();
        _world.Acquire(other, holder);
        _world.Acquire(model);
        Assert.Equal(replica, _world.Acquire(model, holder).ScheduledModel);
    }

    [Fact]
    public void Holders_that_wait_for_each_other_are_no_deadlock_while_a_replica_can_serve_one()
    {
        var (model, replica) = AddReplicated();
        var other = _world.Bring(_world.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [_world.Device] }));
        _world.Tell(() => _world.Scheduler.Devices[0].Configure(100, 2, 100));
        var (a, b) = (new LeaseHolder(), new LeaseHolder());
        _world.Acquire(model, a);
        _world.Acquire(other, b);
        var elsewhere = _world.Acquire(model);
        var (forOther, forModel) = (_world.Acquire(other, a), _world.Acquire(model, b));
        Assert.Equal((null, null), (forOther.Rejection?.Reason, forModel.Rejection?.Reason));
        _world.Release(elsewhere);
        Assert.Equal((true, replica), (forModel.IsHeld, forModel.ScheduledModel));
    }

    [Fact]
    public void A_replica_is_the_first_to_leave()
    {
        var (model, replica) = AddReplicated(bytes: 40);
        var resident = _world.Bring(_world.AddModel(new ModelFootprint(40, 40), new ModelSettings("a") { Candidates = [_second] }));

        // The replica is popular and was used last, and still leaves before a model that nobody has used.
        _world.Acquire(model);
        for (var i = 0; i < 100; i++)
            _world.Release(_world.Acquire(model));
        _world.Acquire(_world.AddModel(new ModelFootprint(40, 40), new ModelSettings("b") { Candidates = [_second] }));
        while (_world.Work.Any(static work => work.Kind is SchedulerEffectKind.Load))
            _world.Finish(SchedulerEffectKind.Load);
        Assert.Equal(ModelResidency.Evicting, replica.Residency);
        Assert.Equal(ModelResidency.OnDevice, resident.Residency);
    }

    [Fact]
    public void A_replica_does_not_take_the_room_of_another_one_that_requests_wait_for()
    {
        // The second device has room for one of the replicas, and another model has its slot.
        var other = _world.Bring(_world.AddModel(new ModelFootprint(50, 50), new ModelSettings("other") { Candidates = [_second] }));
        var (a, b) = (AddModel(bytes: 50), _world.AddModel(
            new ModelFootprint(50, 50), new ModelSettings("b") { Candidates = [_world.Device, _second] }));
        var (first, second) = (_world.AddReplica(a), _world.AddReplica(b));
        _world.Bring(a);
        _world.Bring(b);
        Assert.Equal((_world.Device, _world.Device), (a.Device, b.Device));
        _world.Acquire(other);
        _world.Acquire(a);
        _world.Advance(10);
        _world.Acquire(a);
        _world.FinishAll();
        Assert.Equal((ModelResidency.OnDevice, 0), (first.Residency, first.Users));
        _world.Acquire(b);
        _world.Acquire(b);
        Assert.Empty(_world.Work);
        Assert.Equal((ModelResidency.OnDevice, ModelResidency.Registered), (first.Residency, second.Residency));
    }

    [Fact]
    public void The_last_replica_counts_as_the_model()
    {
        var (model, replica) = AddReplicated(bytes: 40);
        _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now, freeHost: true));
        _world.FinishAll();
        Assert.Equal((false, replica), (replica.IsSpare, replica.Replicas!.Home));

        // New requests go to it, and nothing else is loaded for them.
        Assert.Equal(replica, _world.Acquire(model).ScheduledModel);
        Assert.Empty(_world.Work);
    }

    [Fact]
    public void When_a_device_is_lost_the_requests_go_to_the_other_replica()
    {
        var (model, replica) = AddReplicated();
        var (lost, used) = (_world.Acquire(model), _world.Acquire(model));
        var waiting = _world.Acquire(model);
        _world.Lose(_world.Device);
        Assert.Equal((true, false), (lost.IsLost, used.IsLost));
        _world.Release(used);
        Assert.Equal((true, replica), (waiting.IsHeld, waiting.ScheduledModel));
        Assert.Equal(1, replica.Loads);
    }

    [Fact]
    public void A_replica_that_cannot_be_loaded_rejects_nobody_and_is_tried_again_after_its_back_off()
    {
        var model = AddModel();
        var replica = _world.AddReplica(model);
        _world.Bring(model);
        _world.Acquire(model);
        _world.Advance(10);
        var waiting = _world.Acquire(model);
        _world.Finish(SchedulerEffectKind.Load, replica, new IOException("failed"));
        Assert.Equal((true, ModelResidency.Faulted), (waiting.IsWaiting, replica.Residency));
        Assert.Empty(_world.Work);
        _world.Advance(TimeSpan.TicksPerSecond);
        Assert.True(_world.IsUnderWay(SchedulerEffectKind.Load, replica));
    }

    [Fact]
    public void A_replica_that_runs_out_of_memory_evicts_nothing()
    {
        var model = AddModel();
        var replica = _world.AddReplica(model);
        var other = _world.Bring(_world.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [_second] }));
        _world.Bring(model);
        _world.Acquire(model);
        _world.Advance(10);
        _world.Acquire(model);
        FinishLoad(replica);
        _world.Finish(SchedulerEffectKind.Move, replica, new DeviceOutOfMemoryException("full"));
        Assert.Equal((ModelResidency.OnDevice, ModelResidency.OnHost), (other.Residency, replica.Residency));
    }

    [Fact]
    public void A_replica_that_waits_for_room_is_given_up_when_nobody_waits_any_more()
    {
        var model = AddModel(bytes: 60);
        var replica = _world.AddReplica(model);
        var big = _world.AddModel(new ModelFootprint(60, 60), new ModelSettings("big") { Candidates = [_second] });
        _world.Bring(model);
        var used = _world.Acquire(model);
        _world.Advance(10);
        var waiting = _world.Acquire(model);

        // While the replica is being loaded, another model takes the memory that it needs.
        _world.Acquire(big);
        _world.Finish(SchedulerEffectKind.Load, big);
        _world.Finish(SchedulerEffectKind.Move, big);
        FinishLoad(replica);
        Assert.Equal((true, 1), (replica.IsWanted, _second.PreloadCount));
        _world.Release(used);
        Assert.True(waiting.IsHeld);
        Assert.Equal((false, 0), (replica.IsWanted, _second.PreloadCount));
    }

    [Fact]
    public void A_replica_that_was_only_constructed_keeps_no_memory_when_nobody_waits_any_more()
    {
        var model = AddModel();
        var replica = _world.AddReplica(model);
        _world.Bring(model);
        var used = _world.Acquire(model);
        _world.Advance(10);
        _world.Acquire(model);
        Assert.Equal(10, replica.HostMemory.Bytes);
        _world.Release(used);

        // The construction ends, with an estimate of the memory that the load needs.
        _world.Finish(SchedulerEffectKind.Load, replica);
        Assert.Equal((ModelResidency.Registered, 0L), (replica.Residency, replica.HostMemory.Bytes));
    }

    [Fact]
    public void A_drain_does_not_wait_for_replicas()
    {
        var model = AddModel();
        var replica = _world.AddReplica(model);
        _world.Bring(model);
        var used = _world.Acquire(model);
        _world.Advance(10);
        var waiting = _world.Acquire(model);
        Assert.True(replica.IsComing);
        _world.Tell(() => _world.Scheduler.BeginDrain(_world.Now));
        _world.Release(used);
        _world.Release(waiting);
        Assert.True(_world.Scheduler.IsDrained);
    }

    [Fact]
    public void A_batch_on_a_replica_takes_the_inputs_that_wait_in_the_queue_of_the_model()
    {
        var (model, replica) = AddReplicated(maxBatchSize: 8);
        var (used, other) = (_world.Acquire(model), _world.Acquire(model));
        var inputs = Enumerable.Range(0, 4).Select(_ => new TestRequest(model, new()) { IsInput = true }).ToList();
        inputs.ForEach(input => _world.Acquire(input));
        _world.Release(other);
        Assert.Equal((true, replica), (inputs[0].IsHeld, inputs[0].ScheduledModel));
        var others = new List<LeaseRequest>();
        _world.Tell(() => _world.Scheduler.BeginBatch(inputs[0], others, _world.Now));
        Assert.Equal(inputs[1..], others.Cast<TestRequest>());
        Assert.Equal((3, 0), (replica.CompanionInputs, model.PendingRequests));
        _world.Release(used);
        _world.Release(inputs[0]);
        Assert.Equal(0, replica.CompanionInputs);
    }

    [Fact]
    public void A_preloaded_model_is_present_while_one_of_its_replicas_is()
    {
        var (model, replica) = AddReplicated(isPreloaded: true);
        _world.Tell(() => _world.Scheduler.KeepPreloaded(_world.Now));
        _world.Tell(() => _world.Scheduler.TryEvict(model, _world.Now));
        _world.FinishAll();
        _world.Advance(TimeSpan.TicksPerMinute);
        Assert.Empty(_world.Work);
        _world.Tell(() => _world.Scheduler.TryEvict(replica, _world.Now));
        _world.FinishAll();
        _world.Advance(TimeSpan.TicksPerMinute);
        Assert.NotEmpty(_world.Work);
    }

    [Fact]
    public void The_expected_wait_is_shared_by_the_replicas()
    {
        var (model, _) = AddReplicated();
        for (var i = 0; i < 3; i++)
            Hold(model, 100);
        Assert.Equal(TimeSpan.Zero, _world.Scheduler.Estimate([model], priority: 1, _world.Now).Wait);
        _world.Acquire(model);
        Assert.Equal(TimeSpan.Zero, _world.Scheduler.Estimate([model], priority: 1, _world.Now).Wait);
        _world.Acquire(model);
        _world.Acquire(model);
        Assert.Equal(TimeSpan.FromTicks(100), _world.Scheduler.Estimate([model], priority: 1, _world.Now).Wait);
    }

    private TestModel AddModel(long bytes = 10, int maxBatchSize = 1, bool isPreloaded = false) => _world.AddModel(
        new ModelFootprint(bytes, bytes),
        new ModelSettings("m")
        {
            Candidates = [_world.Device, _second], MaxBatchSize = maxBatchSize, IsPreloaded = isPreloaded,
        });

    /// <summary>Adds a model that is on both devices.</summary>
    private (TestModel Model, TestModel Replica) AddReplicated(long bytes = 10, int maxBatchSize = 1, bool isPreloaded = false)
    {
        var model = AddModel(bytes, maxBatchSize, isPreloaded);
        var replica = _world.AddReplica(model);
        _world.Bring(model);
        var used = _world.Acquire(model);
        _world.Advance(10);
        var waiting = _world.Acquire(model);
        _world.FinishAll();
        Assert.Equal((_world.Device, _second), (model.Device, waiting.ScheduledModel.Device));
        _world.Release(used);
        _world.Release(waiting);
        return (model, replica);
    }

    private void BringSlowly(TestModel model, long loadTicks, long moveTicks)
    {
        _world.Acquire(model, isPreload: true);
        _world.Advance(loadTicks);
        _world.Finish(SchedulerEffectKind.Load, model);
        _world.Advance(moveTicks);
        _world.Finish(SchedulerEffectKind.Move, model);
    }

    /// <summary>Finishes the construction of a replica and its load.</summary>
    private void FinishLoad(TestModel replica)
    {
        _world.Finish(SchedulerEffectKind.Load, replica);
        _world.Finish(SchedulerEffectKind.Load, replica);
    }

    private void Hold(TestModel model, long ticks)
    {
        var request = _world.Acquire(model);
        _world.Advance(ticks);
        _world.Release(request);
    }
}
