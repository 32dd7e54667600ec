using SharedModels.Scheduling.Placement;

namespace SharedModels.Leasing;

/// <summary>What became of a request at once.</summary>
/// <param name="Wait">What to wait for; <see langword="null"/> if the lease is held.</param>
/// <param name="Request">The request; <see langword="null"/> if an earlier one goes on, or the lease was held already.</param>
/// <param name="GrantedOn">The device of a lease that was granted without a wait.</param>
internal readonly record struct BegunRequest(ILeaseWait? Wait, LeaseRecord? Request, ScheduledDevice? GrantedOn)
{
    /// <summary>Whether a further fetch by the same code may wait for this one: not if it is granted on a device that only its model uses.</summary>
    public bool MayBlockItself => Request is not null && (GrantedOn is null || GrantedOn.Models.Count > 1);
}
