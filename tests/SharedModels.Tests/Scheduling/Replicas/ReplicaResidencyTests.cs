using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling.Replicas;

/// <summary>Replicas that leave their devices, fail, or are removed.</summary>
public sealed class ReplicaResidencyTests : ReplicaTestBase
{
    [Fact]
    public void A_replica_is_the_first_to_leave()
    {
        var (model, replica) = AddReplicated(bytes: 40);
        var resident = World.Bring(World.AddModel(new ModelFootprint(40, 40), new ModelSettings("a") { Candidates = [Second] }));

        // The replica is popular and was used last, and still leaves before a model that nobody has used.
        World.Acquire(model);
        for (var i = 0; i < 100; i++)
            World.Release(World.Acquire(model));
        World.Acquire(World.AddModel(new ModelFootprint(40, 40), new ModelSettings("b") { Candidates = [Second] }));
        while (World.Work.Any(static work => work.Kind is SchedulerEffectKind.Load))
            World.Finish(SchedulerEffectKind.Load);
        Assert.Equal(ModelResidency.Evicting, replica.Residency);
        Assert.Equal(ModelResidency.OnDevice, resident.Residency);
    }

    [Fact]
    public void A_replica_does_not_take_the_room_of_another_one_that_requests_wait_for()
    {
        // The second device has room for one of the replicas, and another model has its slot.
        var other = World.Bring(World.AddModel(new ModelFootprint(50, 50), new ModelSettings("other") { Candidates = [Second] }));
        var (a, b) = (AddModel(bytes: 50), World.AddModel(
            new ModelFootprint(50, 50), new ModelSettings("b") { Candidates = [World.Device, Second] }));
        var (first, second) = (World.AddReplica(a), World.AddReplica(b));
        World.Bring(a);
        World.Bring(b);
        Assert.Equal((World.Device, World.Device), (a.Device, b.Device));
        World.Acquire(other);
        World.Acquire(a);
        World.Advance(10);
        World.Acquire(a);
        World.FinishAll();
        Assert.Equal((ModelResidency.OnDevice, 0), (first.Residency, first.Users));
        World.Acquire(b);
        World.Acquire(b);
        Assert.Empty(World.Work);
        Assert.Equal((ModelResidency.OnDevice, ModelResidency.Registered), (first.Residency, second.Residency));
    }

    [Fact]
    public void A_model_that_is_removed_gets_no_replicas()
    {
        var (model, replica) = AddReplicated();
        World.Tell(() => World.Scheduler.TryEvict(model, World.Now, freeHost: true));
        World.FinishAll();
        var (used, waiting) = (World.Acquire(model), World.Acquire(model));
        World.Advance(10);
        World.Work.ToList().ForEach(work => World.Finish(work, new IOException("failed")));
        World.Tell(() => World.Scheduler.BeginRemoval(model, World.Now, servesWaiting: true));
        World.Advance(TimeSpan.TicksPerSecond);
        Assert.Equal((false, true), (model.IsWanted, waiting.IsWaiting));
        World.Tell(() => World.Scheduler.BeginRemoval(replica, World.Now, servesWaiting: true));
        World.Release(used);
        World.Release(waiting);
        World.FinishAll();
        Assert.Equal((true, true), (model.IsFreed, replica.IsFreed));
    }

    [Fact]
    public void The_last_replica_counts_as_the_model()
    {
        var (model, replica) = AddReplicated(bytes: 40);
        World.Tell(() => World.Scheduler.TryEvict(model, World.Now, freeHost: true));
        World.FinishAll();
        Assert.Equal((false, replica), (replica.IsSpare, replica.Replicas!.Home));

        // New requests go to it, and nothing else is loaded for them.
        Assert.Equal(replica, World.Acquire(model).ScheduledModel);
        Assert.Empty(World.Work);
    }

    [Fact]
    public void When_a_device_is_lost_the_requests_go_to_the_other_replica()
    {
        var (model, replica) = AddReplicated();
        var (lost, used) = (World.Acquire(model), World.Acquire(model));
        var waiting = World.Acquire(model);
        World.Lose(World.Device);
        Assert.Equal((true, false), (lost.IsLost, used.IsLost));
        World.Release(used);
        Assert.Equal((true, replica), (waiting.IsHeld, waiting.ScheduledModel));
        Assert.Equal(1, replica.Loads);
    }

    [Fact]
    public void A_replica_that_cannot_be_loaded_rejects_nobody_and_is_tried_again_after_its_back_off()
    {
        var model = AddModel();
        var replica = World.AddReplica(model);
        World.Bring(model);
        World.Acquire(model);
        World.Advance(10);
        var waiting = World.Acquire(model);
        World.Finish(SchedulerEffectKind.Load, replica, new IOException("failed"));
        Assert.Equal((true, ModelResidency.Faulted), (waiting.IsWaiting, replica.Residency));
        Assert.Empty(World.Work);
        Await(() => World.IsUnderWay(SchedulerEffectKind.Load, replica));
        Assert.True(World.Now >= replica.RetryAt);
    }

    [Fact]
    public void A_replica_that_runs_out_of_memory_evicts_nothing()
    {
        var model = AddModel();
        var replica = World.AddReplica(model);
        var other = World.Bring(World.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [Second] }));
        World.Bring(model);
        World.Acquire(model);
        World.Advance(10);
        World.Acquire(model);
        FinishLoad(replica);
        World.Finish(SchedulerEffectKind.Move, replica, new DeviceOutOfMemoryException("full"));
        Assert.Equal((ModelResidency.OnDevice, ModelResidency.OnHost), (other.Residency, replica.Residency));
    }

    [Fact]
    public void A_replica_that_waits_for_room_is_given_up_when_nobody_waits_any_more()
    {
        var model = AddModel(bytes: 60);
        var replica = World.AddReplica(model);
        var big = World.AddModel(new ModelFootprint(60, 60), new ModelSettings("big") { Candidates = [Second] });
        World.Bring(model);
        var used = World.Acquire(model);
        World.Advance(10);
        var waiting = World.Acquire(model);

        // While the replica is being loaded, another model takes the memory that it needs.
        World.Acquire(big);
        World.Finish(SchedulerEffectKind.Load, big);
        World.Finish(SchedulerEffectKind.Move, big);
        FinishLoad(replica);
        Assert.Equal((true, 1), (replica.IsWanted, Second.PreloadCount));
        World.Release(used);
        Assert.True(waiting.IsHeld);
        Assert.Equal((false, 0), (replica.IsWanted, Second.PreloadCount));
    }

    [Fact]
    public void A_replica_that_was_only_constructed_keeps_no_memory_when_nobody_waits_any_more()
    {
        var model = AddModel();
        var replica = World.AddReplica(model);
        World.Bring(model);
        var used = World.Acquire(model);
        World.Advance(10);
        World.Acquire(model);
        Assert.Equal(10, replica.HostMemory.Bytes);
        World.Release(used);

        // The construction ends, with an estimate of the memory that the load needs.
        World.Finish(SchedulerEffectKind.Load, replica);
        Assert.Equal((ModelResidency.Registered, 0L), (replica.Residency, replica.HostMemory.Bytes));
    }

    [Fact]
    public void Shared_weights_count_as_long_as_a_replica_has_them()
    {
        World.AddDevice(Device.Cpu, 100);
        var model = AddModel(bytes: 40);
        var replica = World.AddReplica(model, sharesHostCopy: true);
        World.Bring(model);
        var used = World.Acquire(model);
        World.Advance(10);
        var waiting = World.Acquire(model);
        World.FinishAll();
        World.Release(used);
        World.Release(waiting);
        Assert.Equal((40L, 0L), (model.HostMemory.Bytes, replica.HostMemory.Bytes));
        Evict(model);
        Assert.Equal((0L, 40L), (model.HostMemory.Bytes, replica.HostMemory.Bytes));
        Evict(replica);
        Assert.Equal((0L, 0L), (replica.HostMemory.Bytes, World.Scheduler.Devices[2].Memory.UsedBytes));
        Assert.True(replica.IsFreed);

        void Evict(TestModel leaving)
        {
            World.Tell(() => World.Scheduler.TryEvict(leaving, World.Now, freeHost: true));
            World.FinishAll();
        }
    }

    [Fact]
    public void A_drain_does_not_wait_for_replicas()
    {
        var model = AddModel();
        var replica = World.AddReplica(model);
        World.Bring(model);
        var used = World.Acquire(model);
        World.Advance(10);
        var waiting = World.Acquire(model);
        Assert.True(replica.IsComing);
        World.Tell(() => World.Scheduler.BeginDrain(World.Now));
        World.Release(used);
        World.Release(waiting);
        Assert.True(World.Scheduler.IsDrained);
    }

    [Fact]
    public void A_batch_on_a_replica_takes_the_inputs_that_wait_in_the_queue_of_the_model()
    {
        var (model, replica) = AddReplicated(maxBatchSize: 8);
        var (used, other) = (World.Acquire(model), World.Acquire(model));
        var inputs = Enumerable.Range(0, 4).Select(_ => new TestRequest(model, new()) { IsInput = true }).ToList();
        inputs.ForEach(input => World.Acquire(input));
        World.Release(other);
        Assert.Equal((true, replica), (inputs[0].IsHeld, inputs[0].ScheduledModel));
        var others = new List<LeaseRequest>();
        World.Tell(() => World.Scheduler.BeginBatch(inputs[0], others, World.Now));
        Assert.Equal(inputs[1..], others.Cast<TestRequest>());
        Assert.Equal((3, 0), (replica.CompanionInputs, model.PendingRequests));
        World.Release(used);
        World.Release(inputs[0]);
        Assert.Equal(0, replica.CompanionInputs);
    }

    [Fact]
    public void A_preloaded_model_is_present_while_one_of_its_replicas_is()
    {
        var (model, replica) = AddReplicated(isPreloaded: true);
        World.Tell(() => World.Scheduler.KeepPreloaded(World.Now));
        World.Tell(() => World.Scheduler.TryEvict(model, World.Now));
        World.FinishAll();
        World.Advance(TimeSpan.TicksPerMinute);
        Assert.Empty(World.Work);
        World.Tell(() => World.Scheduler.TryEvict(replica, World.Now));
        World.FinishAll();
        World.Advance(TimeSpan.TicksPerMinute);
        Assert.NotEmpty(World.Work);
    }

    [Fact]
    public void The_expected_wait_is_shared_by_the_replicas()
    {
        var (model, _) = AddReplicated();
        for (var i = 0; i < 3; i++)
            Hold(model, 100);
        Assert.Equal(TimeSpan.Zero, World.Scheduler.Estimate([model], priority: 1, World.Now).Wait);
        World.Acquire(model);
        Assert.Equal(TimeSpan.Zero, World.Scheduler.Estimate([model], priority: 1, World.Now).Wait);
        World.Acquire(model);
        World.Acquire(model);
        Assert.Equal(TimeSpan.FromTicks(100), World.Scheduler.Estimate([model], priority: 1, World.Now).Wait);
    }
}
