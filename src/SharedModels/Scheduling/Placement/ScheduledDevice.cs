using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Placement;

/// <summary>A device as the scheduler sees it: a memory budget, slots for holders, and the models that are wanted on it.</summary>
/// <remarks>As an entry of the deadline queue it stands for the next look at models that may not leave it yet.</remarks>
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

    /// <summary>The memory that models take here; the CPU's is the host's.</summary>
    public MemoryBudget Memory { get; }

    public int MaxQueueLength { get; private set; }

    public int MaxConcurrentHolders { get; private set; }

    /// <summary>Holders by slot; there may be more slots than <see cref="MaxConcurrentHolders"/> after that was lowered.</summary>
    public ReadOnlySpan<LeaseHolder?> Slots => _slots;

    public int HolderCount { get; private set; }

    public bool HasFreeSlot => HolderCount < MaxConcurrentHolders;

    /// <summary>The models that are on the device, or wanted there.</summary>
    public List<ScheduledModel> Models { get; } = [];

    /// <summary>The queues that want something here, in the order of service, as of the last listing.</summary>
    public List<WaitQueue> Wanted { get; } = [];

    /// <summary>The requests that come first in the queues that want something here.</summary>
    public WaitingHeads Heads { get; } = new();

    /// <summary>The number of models that are wanted here and need a step or room for that.</summary>
    public int UnplacedModels { get; set; }

    /// <summary>Requests waiting for leases; preloads are not counted.</summary>
    public int QueueLength { get; set; }

    public int PreloadCount { get; set; }

    public bool IsWanted => QueueLength > 0 || PreloadCount > 0;

    public HoldTimes Holds { get; } = new();

    /// <summary>Why the device is out of service; <see langword="null"/> while it serves.</summary>
    public Failure? Failure { get; private set; }

    public bool IsLost => Failure is not null;

    /// <summary>How often the device has come back: what is known of an earlier generation says nothing of this one.</summary>
    public int Generation { get; private set; }

    /// <summary>The number of losses and failed probes in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>When the device was lost, in ticks.</summary>
    public long LostAt { get; private set; }

    /// <summary>When the lost device is probed again.</summary>
    public long RetryAt { get; private set; }

    /// <summary>The next probe, as an entry of the deadline queue.</summary>
    public DeviceProbe Probe { get; }

    /// <summary>
    /// Whether there is a slot for which nobody can be served, and no move to or from the device runs that could change that.
    /// </summary>
    public bool IsStarving =>
        HasFreeSlot && Models.TrueForAll(static model => model.Residency is not (ModelResidency.Moving or ModelResidency.Evicting));

    /// <param name="budgetBytes">The bytes that models may take now.</param>
    /// <param name="maxConcurrentHolders">The number of slots.</param>
    /// <param name="maxQueueLength">The number of requests that may wait.</param>
    /// <param name="largestBudgetBytes">The bytes that an automatic budget can become, or <see langword="null"/> if it is fixed.</param>
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

    /// <summary>The slot of a holder, or -1.</summary>
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

    /// <summary>Counts again who waits for something here, after a model has come from or gone to another device.</summary>
    public void CountWaiting()
    {
        var queues = Models.SelectMany(static model => model.Queues).Distinct().ToList();
        QueueLength = queues.Sum(static queue => queue.IsPreload ? 0 : queue.Count);
        PreloadCount = queues.Sum(static queue => queue.IsPreload ? queue.Count : 0);
        Heads.Clear();
        foreach (var head in queues.SelectMany(static queue => queue.Heads))
            Heads.Add(head);
    }

    /// <summary>How long the holder that came first has kept its slot, in ticks; 0 if there is none.</summary>
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
