using SharedModels.Scheduling.Batching;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling;

/// <summary>Ends waits and holds that have reached their limit, frees models that are idle for too long, and starts probes.</summary>
internal sealed class DeadlineHandler(
    SchedulerState state, ModelLifecycle lifecycle, RequestRejector rejector, WaitEstimator estimator)
{
    public void EndDue(long now)
    {
        while (state.Deadlines.TakeDue(now) is { } due)
        {
            switch (due)
            {
                case LeaseRequest { RequestState: RequestState.Granted } overdue:
                    overdue.IsOverdue = true;
                    overdue.ScheduledModel.OverdueLeases++;
                    state.Emit(new(SchedulerEffectKind.Overdue, overdue.ScheduledModel, overdue, Waited: state.Policy.MaxHold));
                    break;
                case LeaseRequest ready when ready.ExpiresAt > now:
                    ready.IsHeldBack = false;
                    BatchFormer.EndDelays(ready);
                    state.Deadlines.Set(ready, ready.ExpiresAt);
                    break;
                case LeaseRequest request:
                    var at = request.ScheduledModel.Device!;
                    rejector.Reject(request, request.ScheduledModel, estimator.Describe(RejectionReason.TimedOut, at, now), now);
                    break;
                case ScheduledModel { Residency: ModelResidency.Evicting or ModelResidency.Unloading } late:
                    lifecycle.BeLate(late);
                    break;
                case ScheduledModel model:
                    lifecycle.ReconcileIdleModel(model, now);
                    break;
                case DeviceProbe probe:
                    state.Emit(new(SchedulerEffectKind.Probe, Device: probe.Device));
                    break;
            }
        }
    }
}
