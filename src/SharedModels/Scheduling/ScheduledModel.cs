using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <summary>A model as the scheduler sees it: where it is, who uses it, and who waits for it.</summary>
internal abstract class ScheduledModel(ModelSettings settings) : Timed
{
    public ModelSettings Settings { get; } = settings;

    public string Id => Settings.Id;

    public int MaxLeases => Settings.MaxLeases;

    public ModelResidency Residency { get; set; }

    /// <summary>Where the model is, moves to, or is wanted.</summary>
    public ScheduledDevice? Device { get; set; }

    public ModelFootprint Footprint { get; set; }

    /// <summary>Holders that have a lease.</summary>
    public int Users { get; set; }

    /// <summary>Leases among those held that have been held too long.</summary>
    public int OverdueLeases { get; set; }

    public WaitingLine Waiting { get; } = new();

    public RequestQueue Preloads { get; } = new();

    public long LastUsed { get; set; }

    /// <summary>How often the model is asked for, as far as that is worth remembering.</summary>
    public Popularity Popularity { get; } = new();

    /// <summary>Whether a holder that has a slot on the device waits for the model, as was last looked at: it must not wait for others' turns.</summary>
    public bool IsWantedBySlotHolder { get; set; }

    /// <summary>Whether the load that runs has its bytes of the budget already.</summary>
    public bool IsReserved { get; set; }

    /// <summary>The place in the order of service when that was last looked at; <see cref="int.MaxValue"/> if nobody wanted the model.</summary>
    public int Rank { get; set; } = int.MaxValue;

    /// <summary>When the load or move that runs began.</summary>
    public long StepStartedAt { get; set; }

    /// <summary>Ticks that bringing the model back to its device took the last time.</summary>
    public long ReloadTicks { get; set; }

    public long Loads { get; set; }

    public long Evictions { get; set; }

    /// <summary>Why the model left its device the last time.</summary>
    public EvictionReason EvictionReason { get; set; }

    public int Failures { get; set; }

    public long RetryAt { get; set; }

    public Exception? Error { get; set; }

    public bool IsWanted => Waiting.Count > 0 || Preloads.Count > 0;

    /// <summary>Whether as many holders have a lease as may: its requests wait for the model itself, not for their turn.</summary>
    public bool IsTaken => Residency == ModelResidency.OnDevice && Users >= MaxLeases;

    public bool IsIdle => Users == 0 && !IsWanted;

    /// <summary>The age of the oldest request.</summary>
    public long OldestSequence => Math.Min(Waiting.OldestSequence, Preloads.Head?.Sequence ?? long.MaxValue);

    /// <summary>Whether the model takes part of its device's budget.</summary>
    public bool IsPlaced => IsReserved || Residency is ModelResidency.Moving or ModelResidency.OnDevice or ModelResidency.Evicting;

    /// <summary>Whether the next step to the device takes memory of it: on the CPU that is the load, if its size is known, else the move.</summary>
    public bool NeedsRoom =>
        Residency == ModelResidency.OnHost
        || (Residency is ModelResidency.Registered or ModelResidency.Faulted && Device!.Device.IsCpu && Footprint.HostBytes > 0);

    /// <summary>Bytes of the device's budget: on the CPU the host's copy is the one that is used.</summary>
    public long BytesOn(ScheduledDevice device) =>
        (device.Device.IsCpu ? Footprint.HostBytes : Footprint.DeviceBytes) + Footprint.WorkingBytes;
}
