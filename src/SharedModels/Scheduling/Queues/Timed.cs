namespace SharedModels.Scheduling.Queues;

/// <summary>Something that has to happen at a time: an entry of <see cref="DeadlineQueue"/>.</summary>
internal abstract class Timed
{
    /// <summary>When, in ticks since the scheduler's start; changed by the queue alone.</summary>
    internal long Deadline { get; set; }

    /// <summary>The place in the queue's heap, or -1 outside it.</summary>
    internal int HeapIndex { get; set; } = -1;
}
