using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>A holder's request for one or more models.</summary>
internal abstract class LeaseRequest(WaitQueue queue, LeaseHolder holder) : DeadlineEntry
{
    /// <summary>
    /// The queue of the request, which determines its models. A request for a model with replicas moves to the queue of the
    /// replica that serves it.
    /// </summary>
    internal WaitQueue Queue { get; private set; } = queue;

    internal LeaseHolder Holder { get; set; } = holder;

    /// <summary>The model, or the first model of a group.</summary>
    internal ScheduledModel ScheduledModel => Queue.Models[0];

    /// <summary>For a group, the requests for each model, which are granted in its place. Otherwise empty.</summary>
    internal virtual ReadOnlySpan<LeaseRequest> Members => [];

    internal bool IsPreload => Queue.IsPreload;

    /// <summary>The priority, from 0, the lowest, to <see cref="WaitQueue.Priorities"/> - 1.</summary>
    internal int Priority { get; set; } = 1;

    internal RequestState RequestState { get; set; }

    /// <summary>Indicates whether the request is an input that can share a lease with others of the same <see cref="BatchKey"/>.</summary>
    internal virtual bool IsBatchInput => false;

    /// <summary>The key that the inputs of a batch have in common.</summary>
    internal string? BatchKey { get; set; }

    /// <summary>Indicates whether the input waits for others to form a larger batch, so that it is not its turn yet.</summary>
    internal bool IsHeldBack { get; set; }

    /// <summary>The number of other inputs that run with this one, which has the lease of the batch.</summary>
    internal int CompanionInputs { get; set; }

    /// <summary>Indicates whether the request is granted and has been held too long.</summary>
    internal bool IsOverdue { get; set; }

    /// <summary>
    /// The place of the request. An older request of the same tenant has a smaller number, and so have requests of tenants that have had
    /// less than their share.
    /// </summary>
    internal Int128 Sequence { get; set; }

    /// <summary>The group of callers that the request belongs to, or <see langword="null"/> if it has none.</summary>
    internal string? Tenant { get; set; }

    /// <summary>The virtual time that the tenant's share is charged with: an expectation until the request has ended.</summary>
    internal long ShareCost { get; set; }

    /// <summary>The virtual time at which the request arrived.</summary>
    internal long ShareArrival { get; set; }

    /// <summary>The virtual time at which the tenant's request before this one ends.</summary>
    internal long ShareBegin { get; set; }

    /// <summary>
    /// Indicates whether the release corrects the charge. A batch is charged when it starts, and a group once for each device.
    /// </summary>
    internal bool IsCharged { get; set; }

    internal long EnqueuedAt { get; set; }

    /// <summary>The time during which younger requests can bypass the request, in ticks from <see cref="EnqueuedAt"/>.</summary>
    internal long BypassTime { get; set; } = long.MaxValue;

    /// <summary>The time at which the request times out, or <see cref="long.MaxValue"/>.</summary>
    internal long ExpiresAt { get; set; } = long.MaxValue;

    internal long GrantedAt { get; set; }

    /// <summary>The device of a granted request.</summary>
    internal ScheduledDevice? GrantedOn { get; set; }

    /// <summary>Holders that release nothing before this request is granted, because their code waits for it.</summary>
    internal IReadOnlyList<LeaseHolder> HeldMeanwhile { get; set; } = [];

    /// <summary>Indicates whether the request's code already has leases, which it does not release while it waits.</summary>
    internal bool HoldsLeases => Holder.Leases > 0 || HeldMeanwhile.Any(static holder => holder.Leases > 0);

    /// <summary>
    /// A holder that the request waits for and that is not part of a cycle, as of the last deadlock check, or <see langword="null"/> if
    /// there is no single one. It may wait itself, for a holder that does not.
    /// </summary>
    internal LeaseHolder? Witness { get; set; }

    internal LeaseRequest? NextInQueue { get; set; }

    internal LeaseRequest? PreviousInQueue { get; set; }

    internal LeaseRequest? NextOfHolder { get; set; }

    /// <summary>Directs the request to the queue of a replica. The requests of a group for one model go with it.</summary>
    internal void DirectTo(WaitQueue queue)
    {
        Queue = queue;
        foreach (var member in Members)
            member.Queue = queue;
    }

    /// <summary>Returns true if the request has been waiting for the given fraction of its bypass time.</summary>
    internal bool IsBypassTimeOver(long now, int share = 1) => now - EnqueuedAt >= BypassTime / share;

    /// <summary>Returns the aged priority, which rises by one for each full period of waiting.</summary>
    internal int PriorityAt(long now, long aging) =>
        now - EnqueuedAt < aging ? Priority : (int)Math.Min(WaitQueue.Priorities - 1, Priority + (now - EnqueuedAt) / aging);
}
