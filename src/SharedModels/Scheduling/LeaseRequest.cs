using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <summary>A holder's wish for a model; the lease itself while it is granted.</summary>
internal abstract class LeaseRequest(ScheduledModel model, LeaseHolder holder) : Timed
{
    internal ScheduledModel ScheduledModel { get; } = model;

    internal LeaseHolder Holder { get; } = holder;

    /// <summary>Whether the model shall only come to its device, and be nobody's.</summary>
    internal virtual bool IsPreload => false;

    /// <summary>From 0, the lowest, to <see cref="WaitingLine.Priorities"/> - 1.</summary>
    internal int Priority { get; set; } = 1;

    internal RequestState RequestState { get; set; }

    /// <summary>The age: a request with a smaller number came earlier.</summary>
    internal long Sequence { get; set; }

    internal long EnqueuedAt { get; set; }

    internal long GrantedAt { get; set; }

    internal LeaseRequest? NextInQueue { get; set; }

    internal LeaseRequest? PreviousInQueue { get; set; }

    internal LeaseRequest? NextOfHolder { get; set; }

    /// <summary>The priority, one higher for each full period of waiting.</summary>
    internal int PriorityAt(long now, long ageing) => (int)Math.Min(WaitingLine.Priorities - 1, Priority + (now - EnqueuedAt) / ageing);
}
