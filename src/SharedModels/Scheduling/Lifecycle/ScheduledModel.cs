using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>A model as the scheduler sees it: where it is, who uses it, and who waits for it.</summary>
/// <remarks>
/// The state changes through the methods only:
/// <code>
/// Registered, Faulted ─BeginLoad→ Loading ─CompleteLoad→ OnHost ─BeginMove→ Moving ─Arrive→ OnDevice
///     ─BeginEviction→ Evicting ─ReturnToHost→ OnHost
///   OnHost ─BeginUnload→ Unloading ─CompleteUnload→ Registered;  any step that does work ─Fail→ Faulted
///   on the CPU: OnHost ─Arrive→ OnDevice ─BeginEviction→ Evicting ─CompleteUnload→ Registered
/// </code>
/// As an entry of the deadline queue a model stands for the end of its time in memory unused, or of its back-off.
/// </remarks>
internal class ScheduledModel : DeadlineEntry
{
    private ModelResidency _residency;
    private int _pendingRequests;
    private bool _isUnplaced;

    public ScheduledModel(ModelSettings settings)
    {
        Settings = settings;
        Waiting = new([this]);
        Preloads = new([this], isPreload: true);
        Queues = [Waiting, Preloads];
    }

    public ModelSettings Settings { get; set; }

    public string Id => Settings.Id;

    public int MaxLeases => Settings.MaxLeases;

    public ModelResidency Residency
    {
        get => _residency;
        private set
        {
            _residency = value;
            CountUnplaced();
        }
    }

    /// <summary>Where the model is, moves to, or is wanted.</summary>
    public ScheduledDevice? Device { get; private set; }

    /// <summary>Where the model is wanted next, while it leaves its device for that.</summary>
    public ScheduledDevice? Destination { get; set; }

    /// <summary>What the model takes; changes only while the model is on no device.</summary>
    public ModelFootprint Footprint { get; private set; }

    /// <summary>Whether use changes the parameters: they are gone with the device.</summary>
    public bool IsMutable { get; private set; }

    /// <summary>What the model has of the host's memory.</summary>
    public MemoryReservation HostMemory { get; } = new();

    /// <summary>What the model has of an accelerator's memory.</summary>
    public MemoryReservation DeviceMemory { get; } = new();

    /// <summary>Holders that have a lease.</summary>
    public int Users { get; set; }

    /// <summary>Leases among those held that have been held too long.</summary>
    public int OverdueLeases { get; set; }

    /// <summary>Requests for this model only.</summary>
    public WaitQueue Waiting { get; }

    public WaitQueue Preloads { get; }

    /// <summary>Every queue whose requests want the model, those for groups included.</summary>
    public List<WaitQueue> Queues { get; }

    /// <summary>The number of requests in all its queues.</summary>
    public int PendingRequests
    {
        get => _pendingRequests;
        set
        {
            _pendingRequests = value;
            CountUnplaced();
        }
    }

    public long LastUsed { get; set; }

    /// <summary>How often the model is requested, old requests counting less.</summary>
    public Popularity Popularity { get; } = new();

    /// <summary>When the model came to its device.</summary>
    public long ArrivedAt { get; private set; }

    /// <summary>When the load or move that runs began.</summary>
    public long StepStartedAt { get; private set; }

    /// <summary>When the last load or move ended that was timed.</summary>
    public long MeasuredAt { get; private set; }

    /// <summary>How long the last load took, in ticks.</summary>
    public long LoadTicks { get; private set; }

    /// <summary>How long the last move to a device took, in ticks.</summary>
    public long MoveTicks { get; private set; }

    /// <summary>Whether the model leaves the CPU, where it is for want of an accelerator, as soon as nobody uses it.</summary>
    public bool IsReturning { get; set; }

    /// <summary>Whether the device was lost while the model was on it, so that it has to leave it before it is used again.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether the model went to another device because its holder's other models took the room, which is tried once.</summary>
    public bool WasRerouted { get; set; }

    /// <summary>Whether its load or move ran out of memory, and is tried once more when the idle models have left.</summary>
    public bool IsRetried { get; set; }

    /// <summary>Whether the model is evicted as soon as it is idle, because somebody asked for that.</summary>
    public bool EvictWhenIdle { get; set; }

    /// <summary>Whether it leaves the host's memory as well then.</summary>
    public bool FreeHostWhenIdle { get; set; }

    /// <summary>Whether the model was taken out of the manager: it is freed as soon as it is idle, and takes no requests.</summary>
    public bool IsRemoved { get; set; }

    public long Loads { get; private set; }

    public long Evictions { get; private set; }

    /// <summary>Why the model left its device the last time.</summary>
    public EvictionReason EvictionReason { get; private set; }

    /// <summary>The number of failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>When a failed model may be tried again.</summary>
    public long RetryAt { get; private set; }

    /// <summary>Why the last step failed; <see langword="null"/> if it did not.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>How requests are rejected until the model may be tried again.</summary>
    public Rejection? Rejection { get; set; }

    /// <summary>Whether the model is constructed, and waits for room or is being loaded.</summary>
    public bool IsEstimated { get; private set; }

    public bool IsWanted => PendingRequests > 0;

    /// <summary>Whether somebody wants the model, and not the scheduler alone, which keeps it on its device.</summary>
    public bool IsRequested => PendingRequests > (Preloads.Any() is KeepRequest ? 1 : 0);

    /// <summary>Whether the model is wanted, and needs a step or room for that.</summary>
    public bool IsUnplaced => IsWanted && (Residency != ModelResidency.OnDevice || Footprint.WorkingBytes > 0 || Preloads.Count > 0);

    /// <summary>Whether the model has as many holders as it may have.</summary>
    public bool IsTaken => Residency == ModelResidency.OnDevice && Users >= MaxLeases;

    public bool IsIdle => Users == 0 && !IsWanted;

    /// <summary>Whether nothing of it is in memory.</summary>
    public bool IsFreed => Residency is ModelResidency.Registered or ModelResidency.Faulted;

    /// <summary>Whether the model is on its device, or on the way to or from it.</summary>
    public bool IsBound => Residency is ModelResidency.Moving or ModelResidency.OnDevice or ModelResidency.Evicting;

    /// <summary>Whether the model can leave its device: an object that was given and runs on the CPU is its own memory.</summary>
    public bool CanLeaveDevice => Settings.CanReload || !RunsOnCpu;

    /// <summary>Whether the model is for the CPU, where the host's copy is the one that is used.</summary>
    public bool RunsOnCpu => Device?.Device.IsCpu == true;

    /// <summary>How long it takes to leave an accelerator, copying back what use may have changed, and to come back, in ticks.</summary>
    public long SwapTicks => IsMutable ? 2 * MoveTicks : MoveTicks;

    /// <summary>Bytes that the parameters take on a device: on the CPU the host's copy is the one that is used.</summary>
    public long ParameterBytesOn(ScheduledDevice device) => device.Device.IsCpu ? Footprint.HostBytes : Footprint.DeviceBytes;

    /// <summary>Bytes that one use of the model takes on a device, parameters included.</summary>
    public long BytesOn(ScheduledDevice device) => ParameterBytesOn(device) + Footprint.WorkingBytes;

    /// <summary>Bytes that the model has of a budget: of the host's wherever it runs.</summary>
    public long ReservedIn(MemoryBudget budget) => budget.IsHost ? HostMemory.Bytes : Device?.Memory == budget ? DeviceMemory.Bytes : 0;

    public void AttachTo(ScheduledDevice device)
    {
        Device = device;
        device.Models.Add(this);
        CountUnplaced();
    }

    public void Detach()
    {
        if (Device is null)
            return;
        Device.UnplacedModels -= _isUnplaced ? 1 : 0;
        _isUnplaced = false;
        Device.Models.Remove(this);
        Device = null;
    }

    public void BeginLoad(long now)
    {
        Residency = ModelResidency.Loading;
        StepStartedAt = now;
    }

    /// <summary>The load ran out of memory; it is tried again.</summary>
    public void ReturnToRegistered() => Residency = ModelResidency.Registered;

    /// <summary>The model is constructed and not loaded yet: that waits until there is room for what it expects to take.</summary>
    public void Estimate(ModelFootprint footprint)
    {
        IsEstimated = true;
        Residency = ModelResidency.Registered;
        Footprint = footprint;
    }

    public void CompleteLoad(ModelFootprint footprint, bool isMutable, long now)
    {
        IsEstimated = false;
        Residency = ModelResidency.OnHost;
        Footprint = footprint;
        IsMutable = isMutable;
        LoadTicks = now - StepStartedAt;
        MeasuredAt = now;
        Loads++;
        LastUsed = now;
    }

    public void BeginMove(long now)
    {
        Residency = ModelResidency.Moving;
        StepStartedAt = now;
    }

    /// <summary>Notes how long the move took, whatever becomes of the model.</summary>
    public void MeasureMove(long now)
    {
        MoveTicks = now - StepStartedAt;
        MeasuredAt = now;
    }

    /// <summary>The model is where it is wanted and works.</summary>
    public void Arrive(long now)
    {
        Residency = ModelResidency.OnDevice;
        LastUsed = ArrivedAt = now;
        Failures = 0;
        RetryAt = 0;
        Failure = null;
        Rejection = null;
        IsRetried = false;
    }

    /// <summary>The model is on its device as before: its eviction failed, or its device was lost while it moved there.</summary>
    public void StayOnDevice() => Residency = ModelResidency.OnDevice;

    /// <summary>Whether the model is unloaded once it is off its device.</summary>
    public bool LeavesHost { get; set; }

    /// <summary>Whether an eviction or unload takes so long that nobody waits for its bytes any more.</summary>
    public bool IsLate { get; set; }

    /// <summary>How long an eviction or unload may take before it is late: twice as long as the last move, and a second.</summary>
    public long LeaveTicks => 2 * MoveTicks + TimeSpan.TicksPerSecond;

    public void BeginEviction(EvictionReason reason)
    {
        EvictionReason = reason;
        Residency = ModelResidency.Evicting;
        Evictions++;
    }

    /// <summary>The model is in the host's memory only.</summary>
    public void ReturnToHost() => Residency = ModelResidency.OnHost;

    public void BeginUnload() => Residency = ModelResidency.Unloading;

    public void CompleteUnload()
    {
        Residency = ModelResidency.Registered;
        LeavesHost = false;
    }

    public void Fail()
    {
        IsEstimated = false;
        Residency = ModelResidency.Faulted;
        LeavesHost = false;
    }

    /// <summary>The model is not tried again for a while, which doubles with each failure.</summary>
    public void BackOff(Failure failure, long now, SchedulingPolicy policy)
    {
        Failures++;
        Failure = failure;
        RetryAt = Ticks.After(now, policy.BackOff(Failures));
    }

    private void CountUnplaced()
    {
        if (Device is null || _isUnplaced == IsUnplaced)
            return;
        _isUnplaced = !_isUnplaced;
        Device.UnplacedModels += _isUnplaced ? 1 : -1;
    }
}
