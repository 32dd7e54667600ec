using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Tests.Scheduling.Replicas;

/// <summary>A scheduler with two devices, and models that can be on both.</summary>
public abstract class ReplicaTestBase
{
    private protected SchedulerWorld World { get; } = new();

    private protected ScheduledDevice Second { get; }

    private protected ReplicaTestBase() => Second = World.AddDevice(new Device("fake", 1), 100);

    private protected TestModel AddModel(long bytes = 10, int maxBatchSize = 1, bool isPreloaded = false) => World.AddModel(
        new ModelFootprint(bytes, bytes),
        new ModelSettings("m")
        {
            Candidates = [World.Device, Second], MaxBatchSize = maxBatchSize, IsPreloaded = isPreloaded,
        });

    /// <summary>Adds a model that is on both devices.</summary>
    private protected (TestModel Model, TestModel Replica) AddReplicated(long bytes = 10, int maxBatchSize = 1, bool isPreloaded = false)
    {
        var model = AddModel(bytes, maxBatchSize, isPreloaded);
        var replica = World.AddReplica(model);
        World.Bring(model);
        var used = World.Acquire(model);
        World.Advance(10);
        var waiting = World.Acquire(model);
        World.FinishAll();
        Assert.Equal((World.Device, Second), (model.Device, waiting.ScheduledModel.Device));
        World.Release(used);
        World.Release(waiting);
        return (model, replica);
    }

    private protected void BringSlowly(TestModel model, long loadTicks, long moveTicks)
    {
        World.Acquire(model, isPreload: true);
        World.Advance(loadTicks);
        World.Finish(SchedulerEffectKind.Load, model);
        World.Advance(moveTicks);
        World.Finish(SchedulerEffectKind.Move, model);
    }

    /// <summary>Finishes the construction of a replica and its load.</summary>
    private protected void FinishLoad(TestModel replica)
    {
        World.Finish(SchedulerEffectKind.Load, replica);
        World.Finish(SchedulerEffectKind.Load, replica);
    }

    /// <summary>Lets time pass until a condition is true, with no other events than the scheduler's own deadlines.</summary>
    private protected void Await(Func<bool> condition)
    {
        for (var events = 0; !condition(); events++)
        {
            Assert.True(events < 1_000 && World.Scheduler.NextDeadline < long.MaxValue, "The condition never becomes true.");
            World.Advance(Math.Max(0, World.Scheduler.NextDeadline - World.Now));
        }
    }

    private protected void Hold(TestModel model, long ticks)
    {
        var request = World.Acquire(model);
        World.Advance(ticks);
        World.Release(request);
    }
}
