using SharedModels.Scheduling.Batching;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Replicas;
using SharedModels.Scheduling.Versions;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>The scheduling state of a model: its residency, device, users and waiting requests.</summary>
/// <remarks>
/// The state changes only through the methods:
/// <code>
/// Registered, Faulted ─BeginLoad→ Loading ─CompleteLoad→ OnHost ─BeginMove→ Moving ─Arrive→ OnDevice
///     ─BeginEviction→ Evicting ─ReturnToHost→ OnHost
///   OnHost ─BeginUnload→ Unloading ─CompleteUnload→ Registered;  any step that does work ─Fail→ Faulted
///   on the CPU: OnHost ─Arrive→ OnDevice ─BeginEviction→ Evicting ─CompleteUnload→ Registered
/// </code>
/// As an entry of the deadline queue, a model stands for the end of its keep-alive time or of its back-off.
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

    /// <summary>The model and its replicas, or <see langword="null"/> if it cannot have replicas.</summary>
    public ReplicaSet? Replicas { get; set; }

    /// <summary>The model's versions, or <see langword="null"/> if it is the only one or a replica.</summary>
    public VersionSet? Versions { get; set; }

    /// <summary>The device that the model is on, moves to, or is wanted on.</summary>
    public ScheduledDevice? Device { get; private set; }

    /// <summary>The device that the model was last detached from.</summary>
    public ScheduledDevice? LastDevice { get; private set; }

    /// <summary>The next device of the model, while it is being evicted from its current device to move there.</summary>
    public ScheduledDevice? Destination { get; set; }

    /// <summary>
    /// The memory that the model takes. On a device, it changes only for a replica that keeps what it shared with one that has left.
    /// </summary>
    public ModelFootprint Footprint { get; private set; }

    /// <summary>Indicates whether use changes the parameters, so that they are lost with the device.</summary>
    public bool IsMutable { get; private set; }

    /// <summary>
    /// The device that the loaded model is made for, or <see langword="null"/> if it can move. On another device, it must be loaded again.
    /// </summary>
    public ScheduledDevice? MadeFor { get; private set; }

    public bool IsMadeForOther => MadeFor is not null && MadeFor != Device;

    /// <summary>The model's reservation of host memory.</summary>
    public MemoryReservation HostMemory { get; } = new();

    /// <summary>The model's reservation of an accelerator's memory.</summary>
    public MemoryReservation DeviceMemory { get; } = new();

    /// <summary>The number of holders that have a lease.</summary>
    public int Users { get; set => PeakUses = Math.Max(PeakUses, (field = value) + CompanionInputs); }

    /// <summary>The number of inputs in running batches, in addition to the input that has the lease.</summary>
    public int CompanionInputs { get; set => PeakUses = Math.Max(PeakUses, (field = value) + Users); }

    /// <summary>The largest number of uses at the same time, since the model arrived, each of which takes working memory.</summary>
    public int PeakUses { get; private set; }

    /// <summary>The limits and durations of the model's batches.</summary>
    public BatchSizer Batches { get; } = new();

    /// <summary>The number of held leases that have been held too long.</summary>
    public int OverdueLeases { get; set; }

    /// <summary>Requests for this model only.</summary>
    public WaitQueue Waiting { get; }

    public WaitQueue Preloads { get; }

    /// <summary>All queues whose requests want the model, including those of groups.</summary>
    public List<WaitQueue> Queues { get; }

    /// <summary>The number of requests in all queues of the model.</summary>
    public int PendingRequests
    {
        get => _pendingRequests;
        set
        {
            _pendingRequests = value;
            CountUnplaced();
        }
    }

    /// <summary>The number of requests for leases in all queues of the model. Nobody receives a lease for a preload.</summary>
    public int WaitingRequests => PendingRequests - Preloads.Count;

    public long LastUsed { get; set; }

    /// <summary>The popularity of the model. Older requests count less.</summary>
    public Popularity Popularity { get; } = new();

    /// <summary>The time at which the model arrived on its device.</summary>
    public long ArrivedAt { get; private set; }

    /// <summary>The start time of the current load or move.</summary>
    public long StepStartedAt { get; private set; }

    /// <summary>The end time of the last load or move that was measured.</summary>
    public long MeasuredAt { get; private set; }

    /// <summary>The duration of the last load, in ticks.</summary>
    public long LoadTicks { get; private set; }

    /// <summary>The duration of the last move to a device, in ticks.</summary>
    public long MoveTicks { get; private set; }

    /// <summary>
    /// Indicates whether the model is on the CPU only for lack of an accelerator, and leaves it as soon as it is not in use.
    /// </summary>
    public bool IsReturning { get; set; }

    /// <summary>Indicates whether the device was lost while the model was on it. The model must leave it before it is used again.</summary>
    public bool IsLost { get; set; }

    /// <summary>
    /// Indicates whether the model was reassigned to another device because its holder's other models took the memory. This happens only
    /// once.
    /// </summary>
    public bool WasRerouted { get; set; }

    /// <summary>
    /// Indicates whether its load or move ran out of memory. The step is tried once more when the idle models have been evicted.
    /// </summary>
    public bool IsRetried { get; set; }

    /// <summary>Indicates whether the model is evicted as soon as it is idle, because an eviction was requested.</summary>
    public bool EvictWhenIdle { get; set; }

    /// <summary>Indicates whether that eviction also frees the model's host memory.</summary>
    public bool FreeHostWhenIdle { get; set; }

    /// <summary>Indicates whether the model was removed. It is freed as soon as it is idle, and new requests are rejected.</summary>
    public bool IsRemoved { get; set; }

    public long Loads { get; private set; }

    public long Evictions { get; private set; }

    /// <summary>The reason for the last eviction.</summary>
    public EvictionReason EvictionReason { get; private set; }

    /// <summary>The number of consecutive failures.</summary>
    public int Failures { get; private set; }

    /// <summary>The time after which a failed model can be tried again.</summary>
    public long RetryAt { get; private set; }

    /// <summary>The failure of the last step, or <see langword="null"/> if it succeeded.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>The rejection of requests until the model can be tried again.</summary>
    public Rejection? Rejection { get; set; }

    /// <summary>Indicates whether the model is constructed, and waits for memory or is being loaded.</summary>
    public bool IsEstimated { get; private set; }

    /// <summary>Indicates whether watchers know of the start of a load, but not of its end.</summary>
    public bool IsLoadReported { get; set; }

    public bool IsWanted => PendingRequests > 0;

    /// <summary>Indicates whether a caller wants the model, and not only the scheduler, which keeps it on its device.</summary>
    public bool IsRequested => PendingRequests > (Preloads.Any() is KeepRequest ? 1 : 0);

    /// <summary>Indicates whether the model is wanted and needs a step or memory.</summary>
    public bool IsUnplaced => IsWanted && (Residency != ModelResidency.OnDevice || Footprint.WorkingBytes > 0 || Preloads.Count > 0);

    /// <summary>Indicates whether the model has its maximum number of holders.</summary>
    public bool IsTaken => Residency == ModelResidency.OnDevice && Users >= MaxLeases;

    public bool IsIdle => Users == 0 && !IsWanted;

    /// <summary>Indicates whether the model is not in memory.</summary>
    public bool IsFreed => Residency is ModelResidency.Registered or ModelResidency.Faulted;

    /// <summary>Indicates whether the model is on its device, or moving to or from it.</summary>
    public bool IsBound => Residency is ModelResidency.Moving or ModelResidency.OnDevice or ModelResidency.Evicting;

    /// <summary>Indicates whether the model is on its device and can be granted there.</summary>
    public bool IsServing =>
        Residency == ModelResidency.OnDevice && !IsLost && !IsReturning && Device!.Failure is null;

    /// <summary>Indicates whether the model is being loaded or moved to its device.</summary>
    public bool IsComing => Residency is ModelResidency.Loading or ModelResidency.Moving && Device!.Failure is null;

    /// <summary>Indicates whether the model is one of several replicas, and another one is enough to serve requests.</summary>
    public bool IsSpare => Replicas is { } replicas && replicas.Home != this;

    /// <summary>Indicates whether the model is a spare replica that can serve requests that wait for another one.</summary>
    public bool IsNeededSpare => IsSpare && Replicas!.WaitingCount > 0;

    /// <summary>Indicates whether the model can leave its device. A model that was registered as an object cannot leave the CPU.</summary>
    public bool CanLeaveDevice => Settings.CanReload || !RunsOnCpu;

    /// <summary>Indicates whether the model runs on the CPU, where the host's copy is used.</summary>
    public bool RunsOnCpu => Device?.Device.IsCpu == true;

    /// <summary>
    /// The time to leave an accelerator and return, in ticks. It includes copying back a mutable model.
    /// </summary>
    public long SwapTicks => IsMutable ? 2 * MoveTicks : MoveTicks;

    /// <summary>Returns the bytes that the parameters take on a device. On the CPU, the host's copy is used.</summary>
    public long ParameterBytesOn(ScheduledDevice device) => device.Device.IsCpu ? Footprint.HostBytes : Footprint.DeviceBytes;

    /// <summary>Returns the bytes that one use of the model takes on a device, including the parameters.</summary>
    public long BytesOn(ScheduledDevice device) => ParameterBytesOn(device) + Footprint.WorkingBytes;

    /// <summary>Returns the number of holders that can use the model on a device at the same time.</summary>
    public int CapacityOn(ScheduledDevice device) => Math.Min(device.MaxConcurrentHolders, MaxLeases);

    /// <summary>Returns the bytes that the model has of a budget. Every model takes host memory, on any device.</summary>
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
        LastDevice = Device;
        Device = null;
    }

    public void BeginLoad(long now)
    {
        Residency = ModelResidency.Loading;
        StepStartedAt = now;
    }

    /// <summary>Marks the model as not loaded after its load ran out of memory. The load is tried again.</summary>
    public void ReturnToRegistered() => Residency = ModelResidency.Registered;

    /// <summary>Marks the model as constructed. The load waits until there is memory for the estimated footprint.</summary>
    public void Estimate(ModelFootprint footprint)
    {
        IsEstimated = true;
        Residency = ModelResidency.Registered;
        Footprint = footprint;
    }

    public void CompleteLoad(ModelFootprint footprint, bool isMutable, ScheduledDevice? madeFor, long now)
    {
        IsEstimated = false;
        Residency = ModelResidency.OnHost;
        Footprint = footprint;
        IsMutable = isMutable;
        MadeFor = madeFor;
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

    /// <summary>Records the duration of a move, regardless of its result.</summary>
    public void MeasureMove(long now)
    {
        MoveTicks = now - StepStartedAt;
        MeasuredAt = now;
    }

    /// <summary>Sets the footprint that was measured on the device.</summary>
    public void Remeasure(ModelFootprint footprint) => Footprint = footprint;

    /// <summary>Marks the model as available on its device.</summary>
    public void Arrive(long now)
    {
        Residency = ModelResidency.OnDevice;
        LastUsed = ArrivedAt = now;
        PeakUses = Users;
        Failures = 0;
        RetryAt = 0;
        Failure = null;
        Rejection = null;
        IsRetried = false;
    }

    /// <summary>
    /// Marks the model as still on its device: its eviction failed, or its device was lost during the move.
    /// </summary>
    public void StayOnDevice() => Residency = ModelResidency.OnDevice;

    /// <summary>Indicates whether the model is unloaded when it is off its device.</summary>
    public bool LeavesHost { get; set; }

    /// <summary>Indicates whether an eviction or unload takes so long that its bytes no longer count as leaving.</summary>
    public bool IsLate { get; set; }

    /// <summary>The time after which an eviction or unload is late: twice the duration of the last move, plus one second.</summary>
    public long LeaveTicks => 2 * MoveTicks + TimeSpan.TicksPerSecond;

    public void BeginEviction(EvictionReason reason)
    {
        EvictionReason = reason;
        Residency = ModelResidency.Evicting;
        Evictions++;
    }

    /// <summary>Marks the model as in host memory only.</summary>
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

    /// <summary>Delays the next attempt for a time that doubles with each failure.</summary>
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
