using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Replicas;

namespace SharedModels.Scheduling;

/// <summary>The shared state of the scheduler's parts.</summary>
internal sealed class SchedulerState
{
    private List<SchedulerEffect> _effects = [];

    public SchedulerState(SchedulingPolicy policy)
    {
        Policy = policy;
        Host = new(Device.Cpu, long.MaxValue, Devices, Models);
    }

    public SchedulingPolicy Policy { get; set; }

    public List<ScheduledDevice> Devices { get; } = [];

    public List<ScheduledModel> Models { get; } = [];

    /// <summary>The models that can have replicas.</summary>
    public List<ReplicaSet> ReplicaSets { get; } = [];

    /// <summary>The budget of host memory. It is unlimited unless the CPU is one of the devices.</summary>
    public MemoryBudget Host { get; private set; }

    public DeadlineQueue Deadlines { get; } = new();

    public bool IsShuttingDown { get; set; }

    /// <summary>Indicates whether only holders of leases can make new requests.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Indicates whether every wanted model is on its device and has the memory that its use needs.</summary>
    public bool IsAllPlaced => Devices.TrueForAll(static device => device.UnplacedModels == 0);

    /// <summary>Indicates whether a preloaded model may be missing without having been noticed.</summary>
    public bool MayMissPreloads { get; set; }

    /// <summary>Indicates whether a deadlock may exist without a new wait or lease, so that all holders must be checked.</summary>
    public bool MayBeDeadlocked { get; set; }

    /// <summary>Counts the decisions, to detect when nothing is left to decide.</summary>
    public long Decisions { get; set; }

    public bool HasEffects => _effects.Count > 0;

    public void Add(ScheduledDevice device)
    {
        Devices.Add(device);
        if (!device.Device.IsCpu)
            return;
        device.Memory.CountAll(Devices, Models);
        Host = device.Memory;
    }

    /// <summary>Records that more than requests and leases has changed, so that everything is checked.</summary>
    public void NoteChange() => MayBeDeadlocked = MayMissPreloads = true;

    /// <summary>Adds an effect.</summary>
    public void Emit(in SchedulerEffect effect)
    {
        Decisions++;
        _effects.Add(effect.Device is null && effect.Model is { } model ? effect with { Device = model.Device } : effect);
    }

    /// <summary>Returns the effects since the last call, in exchange for an empty list.</summary>
    public List<SchedulerEffect> TakeEffects(List<SchedulerEffect>? empty)
    {
        var effects = _effects;
        _effects = empty ?? [];
        return effects;
    }
}
