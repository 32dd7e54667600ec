namespace SharedModels.Scheduling;

/// <summary>A device as the scheduler sees it: a budget of bytes, slots for holders, and the models that are wanted on it.</summary>
internal sealed class ScheduledDevice(Device device, long budgetBytes, int maxConcurrentHolders, int maxQueueLength)
{
    private readonly LeaseHolder?[] _slots = new LeaseHolder?[maxConcurrentHolders];
    private readonly long[] _takenAt = new long[maxConcurrentHolders];

    public Device Device { get; } = device;

    public long BudgetBytes { get; } = budgetBytes;

    public int MaxQueueLength { get; } = maxQueueLength;

    public int MaxConcurrentHolders => _slots.Length;

    public ReadOnlySpan<LeaseHolder?> Slots => _slots;

    public int HolderCount { get; private set; }

    public bool HasFreeSlot => HolderCount < _slots.Length;

    public List<ScheduledModel> Models { get; } = [];

    /// <summary>Bytes of the models that move in, are there, or move out.</summary>
    public long UsedBytes { get; set; }

    /// <summary>Bytes among <see cref="UsedBytes"/> that running evictions will free.</summary>
    public long LeavingBytes { get; set; }

    /// <summary>Requests waiting for leases; preloads are not counted.</summary>
    public int QueueLength { get; set; }

    public int PreloadCount { get; set; }

    public bool IsWanted => QueueLength > 0 || PreloadCount > 0;

    /// <summary>Waiting requests whose holder has a slot already.</summary>
    public int WaitingWithSlot { get; set; }

    /// <summary>The moving average of how long a holder keeps its slot, in ticks.</summary>
    public double AverageHold { get; private set; }

    /// <summary>The slot of a holder, or -1.</summary>
    public int SlotOf(LeaseHolder holder) => Array.IndexOf(_slots, holder);

    public void TakeSlot(LeaseHolder holder, long now)
    {
        var slot = Array.IndexOf(_slots, null);
        _slots[slot] = holder;
        _takenAt[slot] = now;
        HolderCount++;
        WaitingWithSlot += holder.CountWaitingOn(this);
    }

    public void FreeSlot(LeaseHolder holder, long now)
    {
        var slot = SlotOf(holder);
        _slots[slot] = null;
        HolderCount--;
        WaitingWithSlot -= holder.CountWaitingOn(this);
        var hold = now - _takenAt[slot];
        AverageHold = AverageHold == 0 ? hold : AverageHold + (hold - AverageHold) / 8;
    }

    /// <summary>Bytes that no eviction frees for a holder: those of models that it uses, and on the CPU those of models that were given as objects.</summary>
    public long BytesFixedFor(LeaseHolder? holder)
    {
        long bytes = 0;
        foreach (var model in Models)
        {
            if (model.IsPlaced && ((Device.IsCpu && !model.Settings.CanReload) || holder?.Holds(model) == true))
                bytes += model.BytesOn(this);
        }

        return bytes;
    }

    /// <summary>Counts again who waits with a slot, after requests have come from or gone to another device.</summary>
    public void CountWaitingWithSlot()
    {
        WaitingWithSlot = 0;
        foreach (var holder in _slots)
            WaitingWithSlot += holder?.CountWaitingOn(this) ?? 0;
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
