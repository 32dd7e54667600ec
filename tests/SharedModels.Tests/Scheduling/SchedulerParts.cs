using SharedModels.Scheduling;
using SharedModels.Scheduling.Deadlocks;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Replicas;

namespace SharedModels.Tests.Scheduling;

/// <summary>The parts of a scheduler without the dispatcher, so that only the test makes changes.</summary>
internal sealed class SchedulerParts
{
    private readonly LeaseGranter _granter;

    public SchedulerParts()
    {
        Queues = new(State);
        State.Add(Host);
        State.Add(Accelerator);
        _granter = new(State, Queues);
        Graph = new(State, Queues);
        Lifecycle = new(State, Queues);
        var rejector = new RequestRejector(State, Queues, Lifecycle);
        Selector = new(new EvictionPlanner(State));
        var replicas = new ReplicaRouter(State, Queues, new ServiceOrder(State, Queues), Lifecycle);
        Keeper = new(State, Queues, new DeviceFailover(State, Selector, Lifecycle, rejector, replicas), rejector);
    }

    public SchedulerState State { get; } = new(new SchedulingPolicy());

    public WaitQueues Queues { get; }

    public WaitGraph Graph { get; }

    public ModelLifecycle Lifecycle { get; }

    public DeviceSelector Selector { get; }

    public PreloadKeeper Keeper { get; }

    public ScheduledDevice Host { get; } = new(Device.Cpu, 100, 8, 100);

    public ScheduledDevice Accelerator { get; } = new(new Device("fake"), 100, 4, 100);

    /// <summary>Adds a model that is wanted on the accelerator and not in memory.</summary>
    public TestModel AddModel(string id, long bytes = 10)
    {
        var model = Add(new ModelSettings(id) { Candidates = [Accelerator] }, bytes);
        model.AttachTo(Accelerator);
        return model;
    }

    /// <summary>Adds a model that is not loaded.</summary>
    public TestModel Add(ModelSettings settings, long bytes = 10)
    {
        var model = new TestModel(settings, bytes);
        State.Models.Add(model);
        return model;
    }

    /// <summary>Adds a model that is in host memory.</summary>
    public TestModel AddLoaded(string id, long bytes = 10)
    {
        var model = AddModel(id, bytes);
        State.Host.Resize(model.HostMemory, bytes);
        model.CompleteLoad(model.ActualFootprint, isMutable: false, madeFor: null, now: 0);
        return model;
    }

    /// <summary>Adds a model that is on the accelerator.</summary>
    public TestModel AddResident(string id, long bytes = 10)
    {
        var model = AddLoaded(id, bytes);
        Accelerator.Memory.Resize(model.DeviceMemory, bytes);
        model.Arrive(now: 0);
        return model;
    }

    public LeaseHolder Hold(TestModel model, LeaseHolder? holder = null)
    {
        var request = new TestRequest(model, holder ?? new());
        _granter.Grant(request, now: 0);
        return request.Holder;
    }

    public TestRequest Wait(TestModel model, LeaseHolder holder) => Wait(new TestRequest(model, holder));

    public TestRequest Wait(TestRequest request)
    {
        Queues.Enqueue(request, now: 0);
        return request;
    }
}
