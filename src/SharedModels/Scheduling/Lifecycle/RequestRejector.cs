using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>Removes requests from their queues without a grant, and updates their models.</summary>
internal sealed class RequestRejector(SchedulerState state, WaitQueues queues, ModelLifecycle lifecycle)
{
    /// <summary>Rejects a request because of <paramref name="culprit"/>, which is one of its models.</summary>
    public void Reject(LeaseRequest request, ScheduledModel culprit, Rejection rejection, long now)
    {
        state.Emit(new(SchedulerEffectKind.Reject, culprit, request, rejection));
        Remove(request, now);
    }

    /// <summary>Rejects a request that has not been queued.</summary>
    public void RejectAtOnce(LeaseRequest request, Rejection rejection, long now)
    {
        state.Emit(new(SchedulerEffectKind.Reject, request.ScheduledModel, request, rejection));
        foreach (var model in request.Queue.Models)
            lifecycle.ReconcileIdleModel(model, now);
    }

    /// <summary>Rejects all requests that wait for a model.</summary>
    public void RejectAll(ScheduledModel model, Rejection rejection, long now)
    {
        foreach (var queue in model.Queues.ToArray())
        {
            while (queue.Any() is { } request)
                Reject(request, model, rejection, now);
        }
    }

    /// <summary>Rejects all requests for a model that failed, including requests made before its back-off has ended.</summary>
    public void RejectUntilRetry(ScheduledModel model, Rejection rejection, long now)
    {
        model.Rejection = rejection;
        RejectAll(model, rejection.WithRetry(model.RetryAt - now), now);
    }

    /// <summary>Removes a request from its queue without a reply.</summary>
    public void Remove(LeaseRequest request, long now)
    {
        state.Deadlines.Remove(request);
        queues.Dequeue(request);
        queues.Charge(request, held: null);
        state.MayMissPreloads = true;
        foreach (var model in request.Queue.Models)
            lifecycle.NoteRequestLeft(model, now);
    }
}
