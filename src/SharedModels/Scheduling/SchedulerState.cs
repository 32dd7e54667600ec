using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling;

/// <summary>What the parts of the scheduler share.</summary>
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

    /// <summary>The host's memory; without a limit unless the CPU is among the devices.</summary>
    public MemoryBudget Host { get; private set; }

    public DeadlineQueue Deadlines { get; } = new();

    public bool IsShuttingDown { get; set; }

    /// <summary>Whether only holders of leases may make new requests.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Whether every model that is wanted is where it is wanted, and has the room that its use needs.</summary>
    public bool IsAllPlaced => Devices.TrueForAll(static device => device.UnplacedModels == 0);

    /// <summary>Whether a preloaded model may be missing without having been noticed.</summary>
    public bool MayMissPreloads { get; set; }

    /// <summary>Whether holders may have begun to wait for each other without a new wait or lease, so that all are looked at.</summary>
    public bool MayBeDeadlocked { get; set; }

    /// <summary>Counts what was decided, so that it is known when nothing is left to decide.</summary>
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

    /// <summary>Notes that more than requests and leases has changed, so that everything is looked at.</summary>
    public void NoteChange() => MayBeDeadlocked = MayMissPreloads = true;

    /// <summary>Notes something to be done.</summary>
    public void Emit(in SchedulerEffect effect)
    {
        Decisions++;
        _effects.Add(effect.Device is null && effect.Model is { } model ? effect with { Device = model.Device } : effect);
    }

    /// <summary>Hands out what is to be done since the last call, in exchange for an empty list.</summary>
    public List<SchedulerEffect> TakeEffects(List<SchedulerEffect>? empty)
    {
        var effects = _effects;
        _effects = empty ?? [];
        return effects;
    }
}
