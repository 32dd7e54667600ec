using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <summary>A model as the scheduler sees it: where it is, who uses it, and who waits for it.</summary>
/// <remarks>As an entry of the deadline queue it stands for the end of its time in memory unused.</remarks>
internal abstract class ScheduledModel : Timed
{
    protected ScheduledModel(ModelSettings settings)
    {
        Settings = settings;
        Waiting = new([this]);
        Preloads = new([this], isPreload: true);
        Lines = [Waiting, Preloads];
    }

    public ModelSettings Settings { get; set; }

    public string Id => Settings.Id;

    public int MaxLeases => Settings.MaxLeases;

    public ModelResidency Residency { get; set; }

    /// <summary>Where the model is, moves to, or is wanted.</summary>
    public ScheduledDevice? Device { get; set; }

    /// <summary>Where the model is wanted next, while it leaves its device for that.</summary>
    public ScheduledDevice? Destination { get; set; }

    public ModelFootprint Footprint { get; set; }

    /// <summary>Whether use changes the parameters: they are gone with the device.</summary>
    public bool IsMutable { get; set; }

    /// <summary>Bytes of the host's budget that the model has.</summary>
    public long HostCharge { get; set; }

    /// <summary>Bytes of an accelerator's budget that the model has.</summary>
    public long DeviceCharge { get; set; }

    /// <summary>Holders that have a lease.</summary>
    public int Users { get; set; }

    /// <summary>Leases among those held that have been held too long.</summary>
    public int OverdueLeases { get; set; }

    /// <summary>Who waits for this model alone.</summary>
    public WaitingLine Waiting { get; }

    public WaitingLine Preloads { get; }

    /// <summary>Every line whose requests want the model, those for groups included.</summary>
    public List<WaitingLine> Lines { get; }

    /// <summary>Requests in all its lines.</summary>
    public int Wishes { get; set; }

    public long LastUsed { get; set; }

    /// <summary>How often the model is asked for, as far as that is worth remembering.</summary>
    public Popularity Popularity { get; } = new();

    /// <summary>When the model came to its device.</summary>
    public long ArrivedAt { get; set; }

    /// <summary>When the load or move that runs began.</summary>
    public long StepStartedAt { get; set; }

    /// <summary>When the last load or move ended that was timed.</summary>
    public long MeasuredAt { get; set; }

    /// <summary>Ticks that the last load took.</summary>
    public long LoadTicks { get; set; }

    /// <summary>Ticks that the last move to a device took.</summary>
    public long MoveTicks { get; set; }

    /// <summary>Whether the model leaves the host's memory too, once it is off its device.</summary>
    public bool LeavesHost { get; set; }

    /// <summary>Whether the model leaves the CPU, where it is for want of an accelerator, as soon as nobody uses it.</summary>
    public bool IsReturning { get; set; }

    /// <summary>Whether the device was lost while the model was on it, so that it has to leave it before it is used again.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether the model went to another device because its holder's other models took the room: that is tried once.</summary>
    public bool HasEvaded { get; set; }

    /// <summary>Whether its move ran out of memory, and is tried once more when the idle models have left.</summary>
    public bool IsRetried { get; set; }

    public long Loads { get; set; }

    public long Evictions { get; set; }

    /// <summary>Why the model left its device the last time.</summary>
    public EvictionReason EvictionReason { get; set; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; set; }

    public long RetryAt { get; set; }

    /// <summary>Why the last load or move failed; <see langword="null"/> if it did not.</summary>
    public Exception? Error { get; set; }

    /// <summary>What requests are told until the model is tried again.</summary>
    public Refusal? Refusal { get; set; }

    public bool IsWanted => Wishes > 0;

    /// <summary>Whether as many holders have a lease as may.</summary>
    public bool IsTaken => Residency == ModelResidency.OnDevice && Users >= MaxLeases;

    public bool IsIdle => Users == 0 && !IsWanted;

    /// <summary>Whether nothing is in memory.</summary>
    public bool IsFreed => Residency is ModelResidency.Registered or ModelResidency.Faulted;

    /// <summary>Whether the model is for the CPU, where the host's copy is the one that is used.</summary>
    public bool RunsOnCpu => Device?.Device.IsCpu == true;

    /// <summary>Ticks that it takes to have the model leave its accelerator, which copies what use may have changed, and come back.</summary>
    public long SwapTicks => IsMutable ? 2 * MoveTicks : MoveTicks;

    /// <summary>Bytes of the budget that the parameters take on a device: on the CPU the host's copy is the one that is used.</summary>
    public long ParameterBytesOn(ScheduledDevice device) => device.Device.IsCpu ? Footprint.HostBytes : Footprint.DeviceBytes;

    /// <summary>Bytes of the budget that one use of the model takes on a device, parameters included.</summary>
    public long BytesOn(ScheduledDevice device) => ParameterBytesOn(device) + Footprint.WorkingBytes;

    /// <summary>Bytes of the device's budget that the model has there: on the CPU also those of a copy whose use is elsewhere.</summary>
    public long ChargeOn(ScheduledDevice device) => device.Device.IsCpu ? HostCharge : Device == device ? DeviceCharge : 0;
}
