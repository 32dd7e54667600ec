using SharedModels.Coordination;
using SharedModels.Diagnostics;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Leasing.Requests;

/// <summary>The request of a lease.</summary>
internal struct AcquireCall(LeaseService service, ModelLease lease, AcquireOptions options, TimeSpan timeout, bool isFetch) : IGateCall
{
    public readonly ModelLease Lease => lease;

    public readonly AcquireOptions Options => options;

    /// <summary>Whether the caller gets the lease with the grant, and fetches it for code that may hold others.</summary>
    public readonly bool IsFetch => isFetch;

    public readonly bool IsCoarse => true;

    /// <summary>The maximum time to wait.</summary>
    public readonly TimeSpan Timeout => timeout;

    public string? StackTrace { get; } = service.CaptureStackTrace();

    public LeaseFlow? Flow { get; } = isFetch ? LeaseFlow.Innermost : null;

    public DateTime Start { get; } = SharedModelsActivities.GetStart();

    /// <summary>The wait of an earlier call for the same lease that goes on.</summary>
    public Task? Joined { get; set; }

    /// <summary>The request; <see langword="null"/> if an earlier one goes on, or the lease was held already.</summary>
    public LeaseRecord? Request { get; set; }

    /// <summary>What to wait for; <see langword="null"/> if the lease is held.</summary>
    public LeaseWait? Wait { get; set; }

    /// <summary>The device of a lease that was granted without a wait.</summary>
    public ScheduledDevice? GrantedOn { get; set; }

    /// <summary>Whether a further fetch by the same code may wait for this one: not if there is only one model.</summary>
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
