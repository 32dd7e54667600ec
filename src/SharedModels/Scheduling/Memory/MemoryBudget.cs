using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Memory;

/// <summary>The bytes that models may take of one memory: an accelerator's, or the host's, in which every loaded model counts.</summary>
internal sealed class MemoryBudget(
    Device device,
    long budgetBytes,
    IReadOnlyList<ScheduledDevice> devices,
    IReadOnlyList<ScheduledModel> models)
{
    private long? _largestBytes;

    /// <summary>The device that the memory belongs to: the CPU for the host's.</summary>
    public Device Device { get; } = device;

    public bool IsHost => Device.IsCpu;

    /// <summary>The devices whose models take this memory.</summary>
    public IReadOnlyList<ScheduledDevice> Devices { get; private set; } = devices;

    /// <summary>The models that may take this memory.</summary>
    public IReadOnlyList<ScheduledModel> Models { get; private set; } = models;

    public long BudgetBytes { get; private set; } = budgetBytes;

    /// <summary><see langword="true"/> if the budget follows what other processes take of the memory.</summary>
    public bool IsAuto => _largestBytes is not null;

    /// <summary>The bytes that the budget can become: more than now where other processes take memory and may give it back.</summary>
    public long LargestBytes => _largestBytes ?? BudgetBytes;

    /// <summary>
    /// Bytes of the models that move in, are there, or leave; bytes that the models in use work with; and abandoned bytes.
    /// </summary>
    public long UsedBytes { get; private set; }

    /// <summary>Bytes among <see cref="UsedBytes"/> that running evictions and unloads will free.</summary>
    public long LeavingBytes { get; private set; }

    /// <summary>Bytes among <see cref="UsedBytes"/> that the models in use work with.</summary>
    public long WorkingBytes { get; private set; }

    /// <summary>Bytes among <see cref="UsedBytes"/> of work that was given up while its code still runs.</summary>
    public long AbandonedBytes { get; private set; }

    public long FreeBytes => BudgetBytes - UsedBytes;

    /// <summary>
    /// Whether models have to leave because the budget was lowered, or because a model turned out larger than its estimate.
    /// </summary>
    public bool IsOverBudget => UsedBytes - LeavingBytes > BudgetBytes;

    /// <summary>The queue that room is being made for: queues after it take none of it.</summary>
    public WaitQueue? Claim { get; private set; }

    /// <summary>How many bytes have to be free to meet the claim.</summary>
    public long ClaimedFreeBytes { get; private set; }

    /// <param name="budgetBytes">The bytes that models may take now.</param>
    /// <param name="largestBytes">The bytes that an automatic budget can become, or <see langword="null"/> if the budget is fixed.</param>
    public void Configure(long budgetBytes, long? largestBytes) => (BudgetBytes, _largestBytes) = (budgetBytes, largestBytes);

    /// <summary>Makes this the memory that every model takes, whichever device it runs on.</summary>
    public void CountAll(IReadOnlyList<ScheduledDevice> devices, IReadOnlyList<ScheduledModel> models) =>
        (Devices, Models) = (devices, models);

    /// <summary>Reserves bytes if they are free.</summary>
    public bool TryReserve(MemoryReservation reservation, long bytes)
    {
        if (bytes - reservation.Bytes > FreeBytes)
            return false;
        Resize(reservation, bytes);
        return true;
    }

    /// <summary>Corrects a reservation to what was measured, even beyond the budget.</summary>
    public void Resize(MemoryReservation reservation, long bytes)
    {
        UsedBytes += bytes - reservation.Bytes;
        LeavingBytes += reservation.IsLeaving ? bytes - reservation.Bytes : 0;
        reservation.Bytes = bytes;
    }

    /// <summary>Frees what was reserved.</summary>
    public void Release(MemoryReservation reservation)
    {
        Resize(reservation, 0);
        reservation.IsLeaving = false;
    }

    /// <summary>Notes that the bytes will be freed soon; harmless if that is known.</summary>
    public void BeginLeaving(MemoryReservation reservation)
    {
        LeavingBytes += reservation.IsLeaving ? 0 : reservation.Bytes;
        reservation.IsLeaving = true;
    }

    /// <summary>The bytes stay after all.</summary>
    public void EndLeaving(MemoryReservation reservation)
    {
        LeavingBytes -= reservation.IsLeaving ? reservation.Bytes : 0;
        reservation.IsLeaving = false;
    }

    /// <summary>Gives the reservation up without freeing its bytes, because code that may use them still runs.</summary>
    /// <returns>The bytes to pass to <see cref="Reclaim"/> when that code has ended.</returns>
    public long Abandon(MemoryReservation reservation)
    {
        var bytes = reservation.Bytes;
        Release(reservation);
        AbandonedBytes += bytes;
        UsedBytes += bytes;
        return bytes;
    }

    /// <summary>Frees abandoned bytes.</summary>
    public void Reclaim(long bytes)
    {
        AbandonedBytes -= bytes;
        UsedBytes -= bytes;
    }

    /// <summary>A holder begins to work with bytes besides the parameters.</summary>
    public void BeginUse(long workingBytes)
    {
        UsedBytes += workingBytes;
        WorkingBytes += workingBytes;
    }

    public void EndUse(long workingBytes)
    {
        UsedBytes -= workingBytes;
        WorkingBytes -= workingBytes;
    }

    /// <summary>Keeps room that is being made for a queue from queues after it.</summary>
    public void ClaimFor(WaitQueue queue, long bytes)
    {
        Claim = queue;
        ClaimedFreeBytes = FreeBytes + bytes;
    }

    public void DropClaim() => Claim = null;
}
