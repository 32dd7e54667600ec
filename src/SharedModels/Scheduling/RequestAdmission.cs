using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling;

/// <summary>Decides whether a new request can wait.</summary>
internal sealed class RequestAdmission(
    SchedulerState state, DeviceFailover failover, WaitEstimator estimator, QueueLimit limit)
{
    /// <summary>Returns the reason why a new request must not wait. Otherwise, attaches its models to devices if allowed.</summary>
    public Rejection? FindRejection(LeaseRequest request, long now, bool mayAttach = true)
    {
        foreach (var model in request.Queue.Models)
        {
            if (model.IsRemoved)
                return new(RejectionReason.Removed);
            if (state.IsShuttingDown || (state.IsDraining && !request.HoldsLeases))
                return new(RejectionReason.ShuttingDown) { Device = model.Device?.Device };
            if (model.Rejection is { } rejection && now < model.RetryAt)
                return rejection.WithRetry(model.RetryAt - now);
            if (mayAttach
                && (model.Device is not { IsLost: false } || model.Device == model.Settings.Fallback)
                && !failover.TryAttach(model, now))
                return model.Settings.Candidates.Count == 0 ? new(RejectionReason.NoDevice) : WaitEstimator.DescribeLoss(model, now);

            // The request would wait for its own holder to release the model.
            if (model.IsLost && request.Holder.Holds(model))
                return WaitEstimator.DescribeLoss(model, now);
        }

        return null;
    }

    /// <summary>
    /// Returns the reason why a request that must wait cannot: the queue is full, or it cannot be granted within the given ticks.
    /// </summary>
    public Rejection? FindReasonNotToWait(LeaseRequest request, ScheduledDevice? full, long timeout, long now)
    {
        if (full is not null && (request.Queue.Count > 0 || !GrantRules.CanGrant(request)) && !limit.CanDisplace(request))
            return estimator.Describe(RejectionReason.QueueFull, full, now);
        return estimator.LeastWait(request, now) > timeout
            ? estimator.Describe(RejectionReason.TooLate, request.ScheduledModel.Device!, now)
            : null;
    }
}
