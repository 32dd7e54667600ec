using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>Takes requests out of their queues without a grant, and lets their models go on without them.</summary>
internal sealed class RequestRejector(SchedulerState state, WaitQueues queues, ModelLifecycle lifecycle)
{
    /// <summary>Ends a wait; <paramref name="culprit"/> is the one of its models that is the reason.</summary>
    public void Reject(LeaseRequest request, ScheduledModel culprit, Rejection rejection, long now)
    {
        state.Emit(new(SchedulerEffectKind.Reject, culprit, request, rejection));
        Remove(request, now);
    }

    /// <summary>Ends every wait for a model.</summary>
    public void RejectAll(ScheduledModel model, Rejection rejection, long now)
    {
        foreach (var queue in model.Queues.ToArray())
        {
            while (queue.Any() is { } request)
                Reject(request, model, rejection, now);
        }
    }

    /// <summary>Ends every wait for a model that failed, and those that begin before its back-off has ended.</summary>
    public void RejectUntilRetry(ScheduledModel model, Rejection rejection, long now)
    {
        model.Rejection = rejection;
        RejectAll(model, rejection.WithRetry(model.RetryAt - now), now);
    }

    /// <summary>Takes a request out of its queue without a reply.</summary>
    public void Remove(LeaseRequest request, long now)
    {
        state.Deadlines.Remove(request);
        queues.Dequeue(request);
        state.MayMissPreloads = true;
        foreach (var model in request.Queue.Models)
            lifecycle.ReconcileIdleModel(model, now);
    }
}
