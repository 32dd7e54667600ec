using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>A holder's request for a model, or for several at once.</summary>
internal abstract class LeaseRequest(WaitQueue queue, LeaseHolder holder) : DeadlineEntry
{
    /// <summary>Where it waits, and so for what.</summary>
    internal WaitQueue Queue { get; } = queue;

    internal LeaseHolder Holder { get; set; } = holder;

    /// <summary>The model; the first one of a group.</summary>
    internal ScheduledModel ScheduledModel => Queue.Models[0];

    /// <summary>Of a group the requests for each model, which are granted in its place; otherwise none.</summary>
    internal virtual ReadOnlySpan<LeaseRequest> Members => [];

    internal bool IsPreload => Queue.IsPreload;

    /// <summary>From 0, the lowest, to <see cref="WaitQueue.Priorities"/> - 1.</summary>
    internal int Priority { get; set; } = 1;

    internal RequestState RequestState { get; set; }

    /// <summary>Whether it is granted, and has been for longer than it may.</summary>
    internal bool IsOverdue { get; set; }

    /// <summary>The age: a request with a smaller number came earlier.</summary>
    internal long Sequence { get; set; }

    internal long EnqueuedAt { get; set; }

    /// <summary>How long younger requests may bypass it, in ticks from <see cref="EnqueuedAt"/>.</summary>
    internal long BypassTime { get; set; } = long.MaxValue;

    internal long GrantedAt { get; set; }

    /// <summary>The device of a granted request.</summary>
    internal ScheduledDevice? GrantedOn { get; set; }

    /// <summary>Holders that release nothing before this request is granted, because the code that has them waits for it.</summary>
    internal IReadOnlyList<LeaseHolder> HeldMeanwhile { get; set; } = [];

    /// <summary>Whether its code has leases already: nobody gets those before it goes on.</summary>
    internal bool HoldsLeases => Holder.Leases > 0 || HeldMeanwhile.Any(static holder => holder.Leases > 0);

    /// <summary>
    /// A holder that it waits for and that does not wait itself, as of the last
    /// look for deadlocks; <see langword="null"/> if there is no single one.
    /// </summary>
    internal LeaseHolder? Witness { get; set; }

    internal LeaseRequest? NextInQueue { get; set; }

    internal LeaseRequest? PreviousInQueue { get; set; }

    internal LeaseRequest? NextOfHolder { get; set; }

    /// <summary>Whether it has been waiting for a share of the time for which it may be bypassed.</summary>
    internal bool IsBypassTimeOver(long now, int share = 1) => now - EnqueuedAt >= BypassTime / share;

    /// <summary>The priority, one higher for each full period of waiting.</summary>
    internal int PriorityAt(long now, long ageing) =>
        now - EnqueuedAt < ageing ? Priority : (int)Math.Min(WaitQueue.Priorities - 1, Priority + (now - EnqueuedAt) / ageing);
}
