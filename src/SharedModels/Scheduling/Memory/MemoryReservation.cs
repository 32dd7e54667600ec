namespace SharedModels.Scheduling.Memory;

/// <summary>The bytes that a model has in a <see cref="MemoryBudget"/>; changed by the budget only.</summary>
internal sealed class MemoryReservation
{
    public long Bytes { get; set; }

    /// <summary>Whether a running eviction or unload will free the bytes.</summary>
    public bool IsLeaving { get; set; }
}
