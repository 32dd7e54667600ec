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

    public RequestQueue Waiting { get; } = new();

    public RequestQueue Preloads { get; } = new();

    public long LastUsed { get; set; }

    public long Loads { get; set; }

    public long Evictions { get; set; }

    public int Failures { get; set; }

    public long RetryAt { get; set; }

    public Exception? Error { get; set; }

    public bool IsWanted => Waiting.Head is not null || Preloads.Head is not null;

    public bool IsIdle => Users == 0 && !IsWanted;

    /// <summary>The age of the oldest request.</summary>
    public long OldestSequence => Math.Min(Waiting.Head?.Sequence ?? long.MaxValue, Preloads.Head?.Sequence ?? long.MaxValue);

    /// <summary>Whether the model takes part of its device's budget.</summary>
    public bool IsPlaced => Residency is ModelResidency.Moving or ModelResidency.OnDevice or ModelResidency.Evicting;

    /// <summary>Bytes of the device's budget: on the CPU the host's copy is the one that is used.</summary>
    public long BytesOn(ScheduledDevice device) =>
        (device.Device.IsCpu ? Footprint.HostBytes : Footprint.DeviceBytes) + Footprint.WorkingBytes;
}
