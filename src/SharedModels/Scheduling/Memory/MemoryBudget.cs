using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Memory;

/// <summary>
/// The bytes that models can take of a memory: an accelerator's memory, or host memory, which every loaded model takes.
/// </summary>
internal sealed class MemoryBudget(
    Device device,
    long budgetBytes,
    IReadOnlyList<ScheduledDevice> devices,
    IReadOnlyList<ScheduledModel> models)
{
    private long? _largestBytes;

    /// <summary>The device that the memory belongs to. Host memory belongs to the CPU.</summary>
    public Device Device { get; } = device;

    public bool IsHost => Device.IsCpu;

    /// <summary>The devices whose models take this memory.</summary>
    public IReadOnlyList<ScheduledDevice> Devices { get; private set; } = devices;

    /// <summary>The models that can take this memory.</summary>
    public IReadOnlyList<ScheduledModel> Models { get; private set; } = models;

    public long BudgetBytes { get; private set; } = budgetBytes;

    /// <summary>Indicates whether the budget follows the memory that other processes take.</summary>
    public bool IsAuto => _largestBytes is not null;

    /// <summary>The maximum that the budget can reach, which is more than now if other processes can release memory.</summary>
    public long LargestBytes => _largestBytes ?? BudgetBytes;

    /// <summary>
    /// The bytes of models that are moving in, are on the device, or are leaving, the working memory of models in use, and abandoned bytes.
    /// </summary>
    public long UsedBytes { get; private set; }

    /// <summary>The part of <see cref="UsedBytes"/> that running evictions and unloads will free.</summary>
    public long LeavingBytes { get; private set; }

    /// <summary>The part of <see cref="UsedBytes"/> that is working memory of models in use.</summary>
    public long WorkingBytes { get; private set; }

    /// <summary>The part of <see cref="UsedBytes"/> that belongs to abandoned steps whose code is still running.</summary>
    public long AbandonedBytes { get; private set; }

    public long FreeBytes => BudgetBytes - UsedBytes;

    /// <summary>
    /// Indicates whether models must be evicted because the budget was lowered or a model turned out larger than its estimate.
    /// </summary>
    public bool IsOverBudget => UsedBytes - LeavingBytes > BudgetBytes;

    /// <summary>The queue that room is being made for. Later queues cannot take this room.</summary>
    public WaitQueue? Claim { get; private set; }

    /// <summary>The number of bytes that must be free to satisfy the claim.</summary>
    public long ClaimedFreeBytes { get; private set; }

    /// <param name="budgetBytes">The bytes that models can now take.</param>
    /// <param name="largestBytes">The maximum that an automatic budget can reach, or <see langword="null"/> if the budget is fixed.</param>
    public void Configure(long budgetBytes, long? largestBytes) => (BudgetBytes, _largestBytes) = (budgetBytes, largestBytes);

    /// <summary>Makes this the memory that every model takes, on any device.</summary>
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

    /// <summary>Sets a reservation to its measured size, even beyond the budget.</summary>
    public void Resize(MemoryReservation reservation, long bytes)
    {
        UsedBytes += bytes - reservation.Bytes;
        LeavingBytes += reservation.IsLeaving ? bytes - reservation.Bytes : 0;
        reservation.Bytes = bytes;
    }

    /// <summary>Releases a reservation.</summary>
    public void Release(MemoryReservation reservation)
    {
        Resize(reservation, 0);
        reservation.IsLeaving = false;
    }

    /// <summary>Marks the bytes as about to be freed. Repeated calls have no effect.</summary>
    public void BeginLeaving(MemoryReservation reservation)
    {
        LeavingBytes += reservation.IsLeaving ? 0 : reservation.Bytes;
        reservation.IsLeaving = true;
    }

    /// <summary>Marks the bytes as staying after all.</summary>
    public void EndLeaving(MemoryReservation reservation)
    {
        LeavingBytes -= reservation.IsLeaving ? reservation.Bytes : 0;
        reservation.IsLeaving = false;
    }

    /// <summary>Abandons a reservation without freeing its bytes, because code that can use them is still running.</summary>
    /// <returns>The bytes to pass to <see cref="Reclaim"/> when the code has ended.</returns>
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

    /// <summary>Reserves the working memory of a holder's use.</summary>
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

    /// <summary>Reserves the room that is being made for a queue, so that later queues cannot take it.</summary>
    public void ClaimFor(WaitQueue queue, long bytes)
    {
        Claim = queue;
        ClaimedFreeBytes = FreeBytes + bytes;
    }

    public void DropClaim() => Claim = null;
}
