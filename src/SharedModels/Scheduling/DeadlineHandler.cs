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
                case LeaseRequest { RequestState: RequestState.Granted } held:
                    EndHold(held, now - held.GrantedAt);
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

    /// <summary>Ends a hold, unless the limit was raised meanwhile.</summary>
    private void EndHold(LeaseRequest held, long time)
    {
        if (time < state.Policy.MaxHold)
        {
            if (state.Policy.MaxHold != long.MaxValue)
                state.Deadlines.Set(held, Ticks.After(held.GrantedAt, state.Policy.MaxHold));
            return;
        }

        held.IsOverdue = true;
        held.ScheduledModel.OverdueLeases++;
        state.Emit(new(SchedulerEffectKind.Overdue, held.ScheduledModel, held, Waited: state.Policy.MaxHold));
    }
}
