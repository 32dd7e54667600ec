namespace SharedModels.Scheduling.Memory;

/// <summary>The bytes that a model has of a <see cref="MemoryBudget"/>. Only the budget changes them.</summary>
internal sealed class MemoryReservation
{
    public long Bytes { get; set; }

    /// <summary>Indicates whether a running eviction or unload will free the bytes.</summary>
    public bool IsLeaving { get; set; }
}
