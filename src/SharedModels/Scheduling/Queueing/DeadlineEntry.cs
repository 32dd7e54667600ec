namespace SharedModels.Scheduling.Queueing;

/// <summary>An entry of <see cref="DeadlineQueue"/>, which is due at a certain time.</summary>
internal abstract class DeadlineEntry
{
    /// <summary>The deadline, in ticks since the scheduler's start. Only the queue changes it.</summary>
    internal long Deadline { get; set; }

    /// <summary>The index in the queue's heap, or -1 if the entry is not in the queue.</summary>
    internal int HeapIndex { get; set; } = -1;

    internal bool IsScheduled => HeapIndex >= 0;
}
