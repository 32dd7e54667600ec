using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>Queues of several devices, and the requests that count as waiting in them.</summary>
public sealed class LeaseSchedulerQueueTests
{
    [Fact]
    public void Preloads_are_not_counted_among_the_requests_that_wait_for_leases()
    {
        var world = new SchedulerWorld();
        world.Acquire(world.AddModel("a"), isPreload: true);
        Assert.Equal(0, world.Device.QueueLength);
    }

    [Fact]
    public void A_rejection_for_a_cycle_over_two_devices_wakes_the_requests_behind_it_on_the_other_device()
    {
        var scheduler = new LeaseScheduler(new SchedulingPolicy { MaxBypass = 0, MaxBypassUnderLoad = 0 });
        ScheduledDevice[] devices = [new(new Device("fake"), 100, 2, 100), new(new Device("fake", 1), 100, 2, 100)];
        scheduler.Add(devices[0]);
        scheduler.Add(devices[1]);
        var x = Model("x", 0, 60);
        var big = Model("big", 0, 60);
        var y = Model("y", 1, 60);
        var other = Model("other", 1, 60);
        var free = Model("free", 1, 10);
        LeaseHolder[] holders = [new(), new(), new()];
        Bring(x);
        Bring(y);
        Bring(free);
        Assert.True(scheduler.TryAcquire(new TestRequest(y, holders[0]), 0));
        Assert.True(scheduler.TryAcquire(new TestRequest(x, holders[1]), 0));
        Assert.False(scheduler.TryAcquire(new TestRequest(big, holders[0]), 0));
        Assert.False(scheduler.TryAcquire(new TestRequest(other, holders[1]), 0));
        var behind = new TestRequest(free, holders[2]);
        Assert.False(scheduler.TryAcquire(behind, 0));
        scheduler.Loaded(other, other.ActualFootprint, 0);
        Assert.True(behind.IsWaiting);
        scheduler.Loaded(big, big.ActualFootprint, 0);
        Assert.Contains(scheduler.TakeEffects(), static effect => effect.Rejection?.Reason == RejectionReason.Deadlock);
        Assert.False(behind.IsWaiting);

        TestModel Model(string id, int device, long bytes)
        {
            var model = new TestModel(new ModelSettings(id) { Candidates = [devices[device]] }, bytes);
            scheduler.Add(model, 0);
            return model;
        }

        void Bring(TestModel model)
        {
            scheduler.TryAcquire(new TestRequest(model, new(), isPreload: true), 0);
            scheduler.Loaded(model, model.ActualFootprint, 0);
            scheduler.Moved(model, 0);
        }
    }
}
