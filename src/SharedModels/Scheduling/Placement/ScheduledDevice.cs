using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Placement;

/// <summary>The scheduling state of a device: a memory budget, slots for holders, and the models that are wanted on it.</summary>
/// <remarks>
/// As an entry of the deadline queue, a device stands for the next check of models that cannot leave it yet.
/// </remarks>
internal sealed class ScheduledDevice : DeadlineEntry
{
    private LeaseHolder?[] _slots;
    private long[] _takenAt;

    public ScheduledDevice(Device device, long budgetBytes, int maxConcurrentHolders, int maxQueueLength)
    {
        Device = device;
        Memory = new(device, budgetBytes, [this], Models);
        MaxQueueLength = maxQueueLength;
        MaxConcurrentHolders = maxConcurrentHolders;
        _slots = new LeaseHolder?[maxConcurrentHolders];
        _takenAt = new long[maxConcurrentHolders];
        Probe = new(this);
    }

    public Device Device { get; }

    /// <summary>The memory that models take here. The CPU's memory is host memory.</summary>
    public MemoryBudget Memory { get; }

    public int MaxQueueLength { get; private set; }

    public int MaxConcurrentHolders { get; private set; }

    /// <summary>The holders by slot. There can be more slots than <see cref="MaxConcurrentHolders"/> after it was lowered.</summary>
    public ReadOnlySpan<LeaseHolder?> Slots => _slots;

    public int HolderCount { get; private set; }

    public bool HasFreeSlot => HolderCount < MaxConcurrentHolders;

    /// <summary>The models that are on the device or wanted there.</summary>
    public List<ScheduledModel> Models { get; } = [];

    /// <summary>The queues of the models, with and without waiting requests.</summary>
    public IEnumerable<WaitQueue> Queues => Models.SelectMany(static model => model.Queues).Distinct();

    /// <summary>The queues that want models on this device, in the order of service, as of the last listing.</summary>
    public List<WaitQueue> Wanted { get; } = [];

    /// <summary>The first requests of the queues that want models on this device.</summary>
    public WaitingHeads Heads { get; } = new();

    /// <summary>The number of models that are wanted here and need a step or memory.</summary>
    public int UnplacedModels { get; set; }

    /// <summary>The number of requests that wait for leases, without preloads.</summary>
    public int QueueLength { get; set; }

    public int PreloadCount { get; set; }

    public bool IsWanted => QueueLength > 0 || PreloadCount > 0;

    public HoldTimes Holds { get; } = new();

    /// <summary>The reason why the device is out of service, or <see langword="null"/> while it is available.</summary>
    public Failure? Failure { get; private set; }

    public bool IsLost => Failure is not null;

    /// <summary>The number of times that the device has returned. Results of an earlier generation do not apply to this one.</summary>
    public int Generation { get; private set; }

    /// <summary>The number of consecutive losses and failed probes.</summary>
    public int Failures { get; private set; }

    /// <summary>The time at which the device was lost, in ticks.</summary>
    public long LostAt { get; private set; }

    /// <summary>The time at which the lost device is probed again.</summary>
    public long RetryAt { get; private set; }

    /// <summary>The next probe, as an entry of the deadline queue.</summary>
    public DeviceProbe Probe { get; }

    /// <summary>
    /// Indicates whether there is a slot for which no request can be served, and no running move to or from the device can change that.
    /// </summary>
    public bool IsStarving =>
        HasFreeSlot && Models.TrueForAll(static model => model.Residency is not (ModelResidency.Moving or ModelResidency.Evicting));

    /// <param name="budgetBytes">The bytes that models can now take.</param>
    /// <param name="maxConcurrentHolders">The number of slots.</param>
    /// <param name="maxQueueLength">The maximum number of waiting requests.</param>
    /// <param name="largestBudgetBytes">The maximum that an automatic budget can reach, or <see langword="null"/> if it is fixed.</param>
    public void Configure(long budgetBytes, int maxConcurrentHolders, int maxQueueLength, long? largestBudgetBytes = null)
    {
        Memory.Configure(budgetBytes, largestBudgetBytes);
        MaxQueueLength = maxQueueLength;
        MaxConcurrentHolders = maxConcurrentHolders;
        Array.Resize(ref _slots, Math.Max(_slots.Length, maxConcurrentHolders));
        Array.Resize(ref _takenAt, _slots.Length);
    }

    public void PutOutOfService(Failure failure, long now, SchedulingPolicy policy)
    {
        LostAt = IsLost ? LostAt : now;
        Failure = failure;
        Failures++;
        RetryAt = Ticks.After(now, policy.BackOff(Failures));
    }

    public void ReturnToService()
    {
        Failure = null;
        Failures = 0;
        Generation++;
    }

    public bool IsWantedBy(WaitQueue queue)
    {
        foreach (var model in queue.Models)
        {
            if (model.Device == this)
                return true;
        }

        return false;
    }

    /// <summary>Returns the slot of a holder, or -1.</summary>
    public int SlotOf(LeaseHolder holder) => Array.IndexOf(_slots, holder);

    public void TakeSlot(LeaseHolder holder, long now)
    {
        var slot = _slots[0] is null ? 0 : Array.IndexOf(_slots, null);
        _slots[slot] = holder;
        _takenAt[slot] = now;
        HolderCount++;
    }

    public void FreeSlot(LeaseHolder holder, long now)
    {
        var slot = _slots[0] == holder ? 0 : SlotOf(holder);
        _slots[slot] = null;
        HolderCount--;
        Holds.Add(now - _takenAt[slot]);
    }

    /// <summary>Recounts the waiting requests after a model has been reassigned from or to another device.</summary>
    public void CountWaiting()
    {
        var queues = Queues.ToList();
        QueueLength = queues.Sum(static queue => queue.IsPreload ? 0 : queue.Count);
        PreloadCount = queues.Sum(static queue => queue.IsPreload ? queue.Count : 0);
        Heads.Clear();
        foreach (var head in queues.SelectMany(static queue => queue.Heads))
            Heads.Add(head);
    }

    /// <summary>Returns how long the current holder with the longest hold has had its slot, in ticks, or 0 if there is none.</summary>
    public long LongestHold(long now)
    {
        long longest = 0;
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is not null)
                longest = Math.Max(longest, now - _takenAt[slot]);
        }

        return longest;
    }
}
