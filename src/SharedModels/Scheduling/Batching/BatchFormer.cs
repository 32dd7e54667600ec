using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Batching;

/// <summary>
/// Forms batches. A batch is the lease of its oldest input. When the batch starts to run, it takes along the inputs with the same key that
/// wait for the model, so that it grows for as long as the model is loading, moving, or used by others.
/// </summary>
internal sealed class BatchFormer(SchedulerState state, WaitQueues queues)
{
    /// <summary>
    /// Returns true if an input must wait for others: its model has a delay, and neither a full batch nor a request without a delay waits.
    /// </summary>
    public static bool MustHoldBack(LeaseRequest request) => request.IsBatchInput
        && request.ScheduledModel.Settings.MaxBatchDelay > 0
        && request.Queue.Any() is null or { IsHeldBack: true }
        && CountWith(request) + 1 < LimitOf(request);

    /// <summary>
    /// Ends the delay of all inputs in the queue of a request that is not held back: it completes a batch, must not wait for theirs, or has
    /// waited long enough. So either all requests in a queue are held back, or none are.
    /// </summary>
    public static void EndDelays(LeaseRequest request)
    {
        for (var priority = 0; priority < WaitQueue.Priorities && !request.IsHeldBack; priority++)
        {
            for (var input = request.Queue.Head(priority); input is not null; input = input.NextInQueue)
            {
                if (input != request && !input.IsHeldBack)
                    return;
                input.IsHeldBack = false;
            }
        }
    }

    /// <summary>
    /// Ends the delay of all inputs for a model that no longer has one, or whose batches are smaller now: its settings have changed, or a
    /// batch has run out of memory or taken too long.
    /// </summary>
    public static void EndOutdatedDelays(ScheduledModel model)
    {
        if (model.Waiting.Any() is not { IsHeldBack: true })
            return;
        if (model.Settings.MaxBatchDelay == 0 || model.Waiting.Requests.Any(static input => CountWith(input) >= LimitOf(input)))
            EndDelays(model);
    }

    /// <summary>Ends the delay of all inputs for a model.</summary>
    public static void EndDelays(ScheduledModel model)
    {
        if (model.Waiting.Any() is not { IsHeldBack: true } input)
            return;
        input.IsHeldBack = false;
        EndDelays(input);
    }

    /// <summary>
    /// Takes the inputs out of the queue that run with a granted one, and reserves their working memory: those with a higher priority
    /// first, and the oldest first within a priority.
    /// </summary>
    /// <param name="first">The granted input.</param>
    /// <param name="others">The list to add the other inputs to.</param>
    /// <param name="now">The time in ticks.</param>
    /// <returns>True if the batch is smaller than it could be because too little memory is free.</returns>
    public bool Begin(LeaseRequest first, List<LeaseRequest> others, long now)
    {
        var model = first.ScheduledModel;
        var memory = first.GrantedOn!.Memory;
        var bytes = model.Footprint.WorkingBytes;
        var limit = LimitOf(first);
        var fitting = bytes == 0 ? limit : (int)Math.Min(limit, 1 + Math.Max(0, memory.FreeBytes) / bytes);
        for (var priority = WaitQueue.Priorities - 1; priority >= 0; priority--)
        {
            Take(first.Queue, priority);
            foreach (var replica in model.Replicas?.Members ?? [])
                Take(replica.Waiting, priority);
        }

        Charge(first, others);
        first.CompanionInputs = others.Count;
        model.CompanionInputs += others.Count;
        memory.BeginUse(others.Count * bytes);
        return fitting < limit && CountWith(first) > 0;

        void Take(WaitQueue queue, int priority)
        {
            LeaseRequest? next;
            for (var input = queue.Head(priority); input is not null && others.Count + 1 < fitting; input = next)
            {
                next = input.NextInQueue;
                if (!BelongsTo(first, input))
                    continue;
                state.Deadlines.Remove(input);
                queues.Dequeue(input);
                others.Add(input);
                model.Replicas?.NoteWait(input, now, state.Policy);
            }
        }
    }

    /// <summary>Corrects the charges of the inputs to their parts of the batch's expected time.</summary>
    private void Charge(LeaseRequest first, List<LeaseRequest> others)
    {
        if (!queues.Shares.AreUsed || first.ScheduledModel.Batches.Cost.Expect(1 + others.Count) is not (> 0 and var expected))
            return;
        var each = (long)(expected / (1 + others.Count));
        queues.Charge(first, each);
        foreach (var input in others)
            queues.Charge(input, each);
    }

    /// <summary>Returns the number of inputs that a batch would have if it started now, and the sum of their waits in ticks.</summary>
    public static (int Count, double Waited) Measure(LeaseRequest first, long now)
    {
        var (limit, count, waited) = (LimitOf(first), 0, 0.0);
        for (var priority = WaitQueue.Priorities - 1; priority >= 0 && count < limit; priority--)
        {
            for (var input = first.Queue.Head(priority); input is not null && count < limit; input = input.NextInQueue)
            {
                if (!BelongsTo(first, input))
                    continue;
                count++;
                waited += now - input.EnqueuedAt;
            }
        }

        return (count, waited);
    }

    /// <summary>Sets the deadline of a waiting request: the end of its delay, if it is held back, or its timeout.</summary>
    public void SetDeadline(LeaseRequest request, long now, long timeout)
    {
        request.ExpiresAt = Ticks.After(now, timeout);

        // An input must not time out because it waits for others.
        var delay = Math.Min(request.ScheduledModel.Settings.MaxBatchDelay, timeout / 2);
        var ready = request.IsHeldBack ? Ticks.After(now, delay) : long.MaxValue;
        if (Math.Min(ready, request.ExpiresAt) is var due and not long.MaxValue)
            state.Deadlines.Set(request, due);
    }

    private static int LimitOf(LeaseRequest request) => request.ScheduledModel.Batches.LimitOf(request.ScheduledModel.Settings);

    private static int CountWith(LeaseRequest request) => request.Queue.Requests.Count(other => BelongsTo(request, other));

    // A model can run inputs of several types, each with its own type of request.
    private static bool BelongsTo(LeaseRequest first, LeaseRequest input) =>
        input.IsBatchInput && input.BatchKey == first.BatchKey && input.GetType() == first.GetType();
}
