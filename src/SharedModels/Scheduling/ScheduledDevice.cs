using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <summary>A device as the scheduler sees it: a budget of bytes, slots for holders, and the models that are wanted on it.</summary>
/// <remarks>As an entry of the deadline queue it stands for the next look at models that may not leave it yet.</remarks>
internal sealed class ScheduledDevice : Timed
{
    private LeaseHolder?[] _slots;
    private long[] _takenAt;

    public ScheduledDevice(Device device, long budgetBytes, int maxConcurrentHolders, int maxQueueLength)
    {
        Device = device;
        BudgetBytes = budgetBytes;
        MaxQueueLength = maxQueueLength;
        MaxConcurrentHolders = maxConcurrentHolders;
        _slots = new LeaseHolder?[maxConcurrentHolders];
        _takenAt = new long[maxConcurrentHolders];
        Probe = new(this);
    }

    public Device Device { get; }

    public long BudgetBytes { get; private set; }

    public int MaxQueueLength { get; private set; }

    public int MaxConcurrentHolders { get; private set; }

    /// <summary>Holders by slot; there may be more slots than <see cref="MaxConcurrentHolders"/> once that was lowered.</summary>
    public ReadOnlySpan<LeaseHolder?> Slots => _slots;

    public int HolderCount { get; private set; }

    public bool HasFreeSlot => HolderCount < MaxConcurrentHolders;

    /// <summary>The models that are on the device, or wanted there.</summary>
    public List<ScheduledModel> Models { get; } = [];

    /// <summary>Bytes of the models that move in, are there, or move out, and working bytes of those in use.</summary>
    public long UsedBytes { get; set; }

    /// <summary>Bytes among <see cref="UsedBytes"/> that running evictions will free.</summary>
    public long LeavingBytes { get; set; }

    /// <summary>Bytes among <see cref="UsedBytes"/> that the models in use work with.</summary>
    public long WorkingBytes { get; set; }

    /// <summary>Bytes among <see cref="UsedBytes"/> of moves that were given up, and whose code still runs.</summary>
    public long AbandonedBytes { get; set; }

    public long FreeBytes => BudgetBytes - UsedBytes;

    /// <summary>The lines that wait for something here, in the order of service, as was last looked at.</summary>
    public List<WaitingLine> Wanted { get; } = [];

    /// <summary>Whether all that is wanted here is here, as was last looked at.</summary>
    public bool IsPlaced { get; set; }

    /// <summary>The line for which room is being made: those that come after it take none.</summary>
    public WaitingLine? Claim { get; set; }

    /// <summary>How many bytes have to be free for the claim to be met.</summary>
    public long ClaimedFreeBytes { get; set; }

    /// <summary>Whether models have to leave, because the budget was lowered or one turned out larger than was known.</summary>
    public bool IsOverBudget => UsedBytes - LeavingBytes > BudgetBytes;

    /// <summary>Requests waiting for leases; preloads are not counted.</summary>
    public int QueueLength { get; set; }

    public int PreloadCount { get; set; }

    public bool IsWanted => QueueLength > 0 || PreloadCount > 0;

    /// <summary>The moving average of how long a holder keeps its slot, in ticks.</summary>
    public double AverageHold { get; private set; }

    /// <summary>For each priority the age after which no request of that or a lower one is granted, as was last looked at.</summary>
    public long[] Barriers { get; } = new long[WaitingLine.Priorities];

    /// <summary>Why the device is out of service; <see langword="null"/> while it serves.</summary>
    public Exception? Error { get; set; }

    public bool IsLost => Error is not null;

    /// <summary>How often it has come back: what is known of an earlier time says nothing of this one.</summary>
    public int Generation { get; set; }

    /// <summary>Losses and failed probes in a row.</summary>
    public int Failures { get; set; }

    public long RetryAt { get; set; }

    /// <summary>The next probe, as an entry of the deadline queue.</summary>
    public DeviceProbe Probe { get; }

    /// <summary>Whether there is a slot for which nobody can be served, and no move to or from the device runs that could change that.</summary>
    public bool IsStarving => HasFreeSlot && Models.TrueForAll(static model => model.Residency is not (ModelResidency.Moving or ModelResidency.Evicting));

    public void Configure(long budgetBytes, int maxConcurrentHolders, int maxQueueLength)
    {
        BudgetBytes = budgetBytes;
        MaxQueueLength = maxQueueLength;
        MaxConcurrentHolders = maxConcurrentHolders;
        Array.Resize(ref _slots, Math.Max(_slots.Length, maxConcurrentHolders));
        Array.Resize(ref _takenAt, _slots.Length);
    }

    public bool IsWantedBy(WaitingLine line)
    {
        foreach (var model in line.Models)
        {
            if (model.Device == this)
                return true;
        }

        return false;
    }

    /// <summary>The line that all wait in who wait for something here; <see langword="null"/> if there are several.</summary>
    public WaitingLine? FindOnlyLine()
    {
        foreach (var model in Models)
        {
            if (model.IsWanted)
                return PreloadCount == 0 && model.Waiting.Count == QueueLength ? model.Waiting : null;
        }

        return null;
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
        var hold = now - _takenAt[slot];
        AverageHold = AverageHold == 0 ? hold : AverageHold + (hold - AverageHold) / 8;
    }

    /// <summary>Counts again who waits for something here, after a model has come from or gone to another device.</summary>
    public void CountWaiting()
    {
        var lines = Models.SelectMany(static model => model.Lines).Distinct().ToList();
        QueueLength = lines.Sum(static line => line.IsPreload ? 0 : line.Count);
        PreloadCount = lines.Sum(static line => line.IsPreload ? line.Count : 0);
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
