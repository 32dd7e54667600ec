using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling.Replicas;

/// <summary>The loads of replicas, and the requests that they serve.</summary>
public sealed class ReplicaSchedulingTests : ReplicaTestBase
{
    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void A_replica_is_loaded_when_the_requests_that_wait_save_more_than_it_costs(int waiting, bool isLoaded)
    {
        // To bring it in takes 100 ticks. When it arrives, one of the requests has been served, and n - 1 are left. The k-th of them waits
        // for k holds, or for half of that with the replica.
        var model = AddModel();
        var replica = World.AddReplica(model);
        BringSlowly(model, loadTicks: 60, moveTicks: 40);
        Hold(model, 100);
        for (var i = 0; i <= waiting; i++)
            World.Acquire(model);
        Assert.Equal(isLoaded, World.IsUnderWay(SchedulerEffectKind.Load, replica));
        Assert.Equal(isLoaded ? Second : null, replica.Device);
    }

    [Fact]
    public void A_long_hold_makes_a_replica_worth_its_cost_without_another_event()
    {
        // One request waits for a hold of length h. The replica saves h / 4 · (1 - 1 s / h)², which exceeds its cost of 1 s from 5.83 s on.
        var model = AddModel();
        var replica = World.AddReplica(model);
        BringSlowly(model, loadTicks: 6 * TimeSpan.TicksPerSecond / 10, moveTicks: 4 * TimeSpan.TicksPerSecond / 10);
        World.Acquire(model);
        var waiting = World.Acquire(model);
        var begun = World.Now;
        Await(() => World.IsUnderWay(SchedulerEffectKind.Load, replica));
        Assert.InRange(TimeSpan.FromTicks(World.Now - begun).TotalSeconds, 5.83, 5.83 * 9 / 8);
        World.FinishAll();
        Assert.Equal((true, replica), (waiting.IsHeld, waiting.ScheduledModel));
    }

    [Fact]
    public void A_model_that_becomes_less_popular_leaves_for_a_replica_without_another_event()
    {
        var model = AddModel(bytes: 60);
        var replica = World.AddReplica(model);
        var popular = World.AddModel(new ModelFootprint(60, 60), new ModelSettings("popular") { Candidates = [Second] });
        BringSlowly(popular, loadTicks: 60, moveTicks: TimeSpan.TicksPerSecond);
        for (var i = 0; i < 1_000; i++)
            World.Release(World.Acquire(popular));
        World.Bring(model);
        World.Acquire(model);
        World.Acquire(model);
        Assert.Empty(World.Work);
        Await(() => World.IsUnderWay(SchedulerEffectKind.Load, replica));
        World.FinishAll();
        Assert.Equal((Second, null), (replica.Device, popular.Device));
    }

    [Fact]
    public void Waits_of_the_recent_past_count_and_are_forgotten_with_each_load()
    {
        var model = AddModel();
        var replica = World.AddReplica(model);
        BringSlowly(model, loadTicks: 60, moveTicks: 40);
        var served = 0;
        while (!World.IsUnderWay(SchedulerEffectKind.Load, replica))
        {
            // Two callers at a time: one uses the model for 10 ticks, and the other one waits for it.
            Assert.True(served++ < 100, "The replica is never loaded.");
            var (first, second) = (World.Acquire(model), World.Acquire(model));
            World.Advance(10);
            World.Release(first);
            World.Release(second);
        }

        // Half of 10 ticks is saved each time.
        Assert.InRange(served, 20, 23);
        Assert.InRange(model.Replicas!.WaitsAt(World.Now, World.Policy), 0, 10);
    }

    [Fact]
    public void The_models_that_would_have_to_leave_count_as_cost()
    {
        var model = AddModel(bytes: 60);
        var replica = World.AddReplica(model);
        var popular = World.AddModel(new ModelFootprint(60, 60), new ModelSettings("popular") { Candidates = [Second] });
        BringSlowly(popular, loadTicks: 60, moveTicks: 40);
        for (var i = 0; i < 1_000; i++)
            World.Release(World.Acquire(popular));
        BringSlowly(model, loadTicks: 60, moveTicks: 40);
        Hold(model, 100);
        for (var i = 0; i < 20; i++)
            World.Acquire(model);
        Assert.Null(replica.Device);
        Assert.Equal(ModelResidency.OnDevice, popular.Residency);
    }

    [Fact]
    public void A_device_where_requests_wait_gets_no_replica()
    {
        var model = AddModel();
        var replica = World.AddReplica(model);
        var other = World.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [Second] });
        World.Bring(model);
        World.Bring(other);
        var (used, _) = (World.Acquire(other), World.Acquire(other));
        World.Acquire(model);
        World.Advance(10);
        for (var i = 0; i < 20; i++)
            World.Acquire(model);
        Assert.Null(replica.Device);
        World.Release(used);
        Assert.Equal(Second, replica.Device);
    }

    [Fact]
    public void Requests_wait_in_one_queue_and_the_oldest_goes_to_the_first_replica_that_is_free()
    {
        var (model, replica) = AddReplicated();
        var (first, second) = (World.Acquire(model), World.Acquire(model));
        Assert.Equal((model, replica), (first.ScheduledModel, second.ScheduledModel));
        var (third, fourth) = (World.Acquire(model), World.Acquire(model));
        World.Release(second);
        Assert.Equal((true, replica, false), (third.IsHeld, third.ScheduledModel, fourth.IsHeld));
        World.Release(first);
        Assert.Equal((true, model), (fourth.IsHeld, fourth.ScheduledModel));
    }

    [Fact]
    public void A_request_competes_on_the_device_of_the_replica_by_age()
    {
        var (model, replica) = AddReplicated();
        var other = World.Bring(World.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [Second] }));
        var (_, used) = (World.Acquire(model), World.Acquire(other));
        var (older, waiting, younger) = (World.Acquire(other), World.Acquire(model), World.Acquire(other));
        World.Release(used);
        Assert.Equal((true, false), (older.IsHeld, waiting.IsHeld));
        World.Release(older);
        Assert.Equal((true, replica, false), (waiting.IsHeld, waiting.ScheduledModel, younger.IsHeld));
        World.Release(waiting);
        Assert.True(younger.IsHeld);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_group_for_one_model_is_granted_on_the_replica_that_is_free(bool waits)
    {
        var (model, replica) = AddReplicated();
        World.Acquire(model);
        var other = waits ? World.Acquire(model) : null;
        var group = World.AcquireAll(model, model);
        Assert.Equal(!waits, group.IsHeld);
        if (other is not null)
            World.Release(other);
        Assert.True(group.IsHeld);
        Assert.All(group.Leases, lease => Assert.Equal((replica, Second), (lease.ScheduledModel, lease.GrantedOn)));
        Assert.Equal((1, 1), (model.Users, replica.Users));
        World.Release(group);
        Assert.Equal((1, 0), (model.Users, replica.Users));
    }

    [Fact]
    public void A_holder_gets_the_replica_that_it_has()
    {
        var (model, replica) = AddReplicated();
        var holder = new LeaseHolder();
        World.Acquire(model);
        var first = World.Acquire(model, holder);
        var again = World.Acquire(model, holder);
        Assert.Equal((replica, replica, 1), (first.ScheduledModel, again.ScheduledModel, replica.Users));
    }

    [Fact]
    public void A_holder_of_the_device_of_a_replica_gets_the_replica()
    {
        var (model, replica) = AddReplicated();
        var other = World.Bring(World.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [Second] }));
        var holder = new LeaseHolder();
        World.Acquire(other, holder);
        World.Acquire(model);
        Assert.Equal(replica, World.Acquire(model, holder).ScheduledModel);
    }

    [Fact]
    public void Holders_that_wait_for_each_other_do_not_deadlock_while_a_replica_can_serve_one()
    {
        var (model, replica) = AddReplicated();
        var other = World.Bring(World.AddModel(new ModelFootprint(10, 10), new ModelSettings("other") { Candidates = [World.Device] }));
        World.Tell(() => World.Scheduler.Devices[0].Configure(100, 2, 100));
        var (a, b) = (new LeaseHolder(), new LeaseHolder());
        World.Acquire(model, a);
        World.Acquire(other, b);
        var elsewhere = World.Acquire(model);
        var (forOther, forModel) = (World.Acquire(other, a), World.Acquire(model, b));
        Assert.Equal((null, null), (forOther.Rejection?.Reason, forModel.Rejection?.Reason));
        World.Release(elsewhere);
        Assert.Equal((true, replica), (forModel.IsHeld, forModel.ScheduledModel));
    }
}
