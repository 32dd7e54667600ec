using SharedModels.Coordination;
using SharedModels.Diagnostics;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Leasing.Requests;

/// <summary>Requests a lease.</summary>
internal struct AcquireCall(
    LeaseService service,
    ModelLease lease,
    AcquireOptions options,
    TimeSpan timeout,
    bool isFetch,
    CancellationToken cancellationToken)
    : IGateCall
{
    public readonly ModelLease Lease => lease;

    public readonly AcquireOptions Options => options;

    /// <summary>Indicates whether the caller receives the lease when it is granted, and may hold other leases meanwhile.</summary>
    public readonly bool IsFetch => isFetch;

    public bool IsCoarse { get; } = lease.Registered.Canary is null;

    /// <summary>The maximum time to wait.</summary>
    public readonly TimeSpan Timeout => timeout;

    /// <summary>The token of the caller.</summary>
    public readonly CancellationToken CancellationToken => cancellationToken;

    public string? StackTrace { get; } = service.CaptureStackTrace();

    /// <summary>
    /// The leases that the caller holds while it waits. A lease of a scope can be acquired next to fetched leases, so only uses count.
    /// </summary>
    public LeaseFlow? Flow { get; } = isFetch ? LeaseFlow.Innermost : LeaseFlow.InnermostUse;

    public DateTime Start { get; } = SharedModelsActivities.GetStart();

    /// <summary>The wait of an earlier call for the same lease that this call joins.</summary>
    public Task? Joined { get; set; }

    /// <summary>The request, or <see langword="null"/> if this call joins an earlier one or the lease is already held.</summary>
    public LeaseRecord? Request { get; set; }

    /// <summary>The wait, or <see langword="null"/> if the lease is held.</summary>
    public LeaseWait? Wait { get; set; }

    /// <summary>The device of a lease that was granted without waiting.</summary>
    public ScheduledDevice? GrantedOn { get; set; }

    /// <summary>Indicates whether another fetch by the same code can wait for this one. This requires more than one model.</summary>
    public bool MayBlockItself { get; private set; }

    public void Change(LeaseScheduler scheduler, long now)
    {
        service.Begin(scheduler, now, ref this);
        MayBlockItself = Request is not null && scheduler.Models.Count > 1;
    }

    public readonly void Finish()
    {
    }
}
