namespace SharedModels.Scheduling.Queueing;

/// <summary>Something that is due at a time: an entry of <see cref="DeadlineQueue"/>.</summary>
internal abstract class DeadlineEntry
{
    /// <summary>When, in ticks since the scheduler's start; changed by the queue only.</summary>
    internal long Deadline { get; set; }

    /// <summary>The place in the queue's heap, or -1 outside it.</summary>
    internal int HeapIndex { get; set; } = -1;

    internal bool IsScheduled => HeapIndex >= 0;
}
