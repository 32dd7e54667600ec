using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>The order of service on a device, and the bound on how often it is broken for models that are there already.</summary>
internal sealed class ServiceOrder(SchedulerState state, WaitQueues queues)
{
    private static readonly Comparison<WaitQueue> ByOrder = Compare;

    private long Ageing => state.Policy.PriorityAgeing;

    /// <summary>Orders queues: those where holders of leases wait, then the highest priority, then the oldest request.</summary>
    public static int Compare(WaitQueue a, WaitQueue b)
    {
        if (a.IsUrgent != b.IsUrgent)
            return a.IsUrgent ? -1 : 1;
        return a.NextPriority != b.NextPriority ? b.NextPriority - a.NextPriority : a.Next!.Sequence.CompareTo(b.Next!.Sequence);
    }

    /// <summary>The first queue in the order of service that wants the model; the devices' queues have been listed.</summary>
    public static WaitQueue FirstQueueOf(ScheduledModel model)
    {
        WaitQueue? first = null;
        foreach (var queue in model.Queues)
        {
            if (queue.Count > 0 && (first is null || Compare(queue, first) < 0))
                first = queue;
        }

        return first!;
    }

    /// <summary>Lists the queues that want something on the device in the order of service.</summary>
    public void ListWanted(ScheduledDevice device, long now)
    {
        var wanted = device.Wanted;
        wanted.Clear();
        device.IsPlaced = true;
        foreach (var model in device.Models)
        {
            foreach (var queue in model.Queues)
            {
                // A group is listed with the first of its models on the device.
                if (queue.Count == 0 || (queue.IsGroup && wanted.Contains(queue)))
                    continue;
                queue.Refresh(now, Ageing);
                queue.IsUrgent = false;
                wanted.Add(queue);
                device.IsPlaced &= !queue.IsPreload && GrantRules.IsPlaced(queue);
            }
        }

        foreach (var holder in queues.UrgentHolders)
            holder.MarkQueues();
        if (wanted.Count > 1)
            wanted.Sort(ByOrder);
    }

    /// <summary>
    /// Finds, for each priority, the oldest request that must not be bypassed any more and waits for its turn: no younger request of that or a lower
    /// priority is granted before it. A request is not bypassed at all by those of another priority whose priority after ageing is lower than its own,
    /// unless its model is loading or moving. (Ageing does not divide requests of one priority: among them the bounds hold.)
    /// </summary>
    public void FindBarriers(ScheduledDevice device, long now)
    {
        Array.Fill(device.Barriers, long.MaxValue);
        Array.Clear(device.HighestWaiting);
        foreach (var queue in device.Wanted)
        {
            if (queue.IsPreload || IsBeyondTurns(queue, now))
                continue;
            var isComing = IsComing(queue);
            for (var priority = 0; priority < WaitQueue.Priorities; priority++)
            {
                if (queue.Head(priority) is not { } head)
                    continue;
                var aged = head.PriorityAt(now, Ageing);
                if (!isComing)
                    device.HighestWaiting[priority] = Math.Max(device.HighestWaiting[priority], aged);
                if (IsAtBound(queue, head, priority, device, now))
                    device.Barriers[aged] = Math.Min(device.Barriers[aged], head.Sequence);
            }
        }

        for (var priority = WaitQueue.Priorities - 2; priority >= 0; priority--)
            device.Barriers[priority] = Math.Min(device.Barriers[priority], device.Barriers[priority + 1]);
    }

    /// <summary>Whether an older request, on any device that this one wants, must not be bypassed any more.</summary>
    public bool IsBehindBarrier(LeaseRequest request, ScheduledDevice device, long now)
    {
        var priority = request.PriorityAt(now, Ageing);
        foreach (var model in request.Queue.Models)
        {
            if (model.Device! != device)
            {
                ListWanted(model.Device!, now);
                FindBarriers(model.Device!, now);
            }

            if (request.Sequence > model.Device!.Barriers[priority] || IsBelowOthers(request, priority, model.Device))
                return true;
        }

        return false;
    }

    /// <summary>The request of a queue to grant: the next, or if that must not bypass another queue's, an older one of lower priority.</summary>
    public LeaseRequest? FirstInTurn(WaitQueue queue, ScheduledDevice device, long now)
    {
        if (!GrantRules.CanGrant(queue.Next!))
            return null;
        if (!IsBehindBarrier(queue.Next!, device, now))
            return queue.Next;
        for (var priority = WaitQueue.Priorities - 1; priority >= 0; priority--)
        {
            if (queue.Head(priority) is { } head && !IsBehindBarrier(head, device, now))
                return head;
        }

        return null;
    }

    /// <summary>The first request that must not be bypassed any more and can be granted.</summary>
    public LeaseRequest? FindAtBound(ScheduledDevice device, long now)
    {
        foreach (var queue in device.Wanted)
        {
            for (var priority = WaitQueue.Priorities - 1; priority >= 0 && !queue.IsPreload; priority--)
            {
                if (queue.Head(priority) is { } head && IsAtBound(queue, head, priority, device, now) && GrantRules.CanGrant(head))
                    return head;
            }
        }

        return null;
    }

    /// <summary>Whether the queue's models should come even at the cost of later queues, so that they are there when it must not be bypassed any more.</summary>
    public bool MayPreempt(WaitQueue queue, ScheduledDevice device, long now) =>
        queue.IsPreload ? queue.Next is not Lifecycle.KeepRequest
        : queue.IsUrgent || device.IsStarving || queue.MostBypasses >= state.Policy.BypassBound(device.QueueLength) / 2 || queue.IsBypassTimeOver(now, share: 2);

    /// <summary>Counts a grant against the older requests that it bypasses.</summary>
    public void CountBypasses(LeaseRequest granted, long now)
    {
        var models = granted.Queue.Models;
        for (var i = 0; i < models.Length; i++)
        {
            if (WaitQueues.IsRepeated(models, i))
                continue;
            foreach (var model in models[i].Device!.Models)
            {
                foreach (var queue in model.Queues)
                {
                    if (queue != granted.Queue && queue.Count > 0 && !queue.IsPreload && !queue.IsTaken)
                        queue.CountBypass(granted, now, state.Policy);
                }
            }
        }
    }

    /// <summary>Whether a head was bypassed as often, or for as long, as it may be.</summary>
    private bool IsAtBound(WaitQueue queue, LeaseRequest head, int priority, ScheduledDevice device, long now) =>
        queue.BypassesOfHead(priority) >= state.Policy.BypassBound(device.QueueLength) || head.IsBypassTimeOver(now);

    /// <summary>Whether a request of another priority, which must not be bypassed by lower ones, has a higher priority after ageing.</summary>
    private static bool IsBelowOthers(LeaseRequest request, int aged, ScheduledDevice device)
    {
        for (var priority = 0; priority < WaitQueue.Priorities; priority++)
        {
            if (priority != request.Priority && device.HighestWaiting[priority] > aged)
                return true;
        }

        return false;
    }

    private static bool IsComing(WaitQueue queue)
    {
        foreach (var model in queue.Models)
        {
            if (model.Residency is ModelResidency.Loading or ModelResidency.Moving)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the queue waits for something else than its turn: for the end of others' use, for a load, or for a move that takes far longer than the
    /// last one. A <see cref="SchedulingPolicy.MaxBypass"/> of 0 asks for strictly first in, first out, and gets it.
    /// </summary>
    private bool IsBeyondTurns(WaitQueue queue, long now)
    {
        if (queue.IsTaken)
            return true;
        foreach (var model in queue.Models)
        {
            var isLate = model.Residency == ModelResidency.Moving && now - model.StepStartedAt > 2 * model.MoveTicks + TimeSpan.TicksPerSecond;
            if (model.Residency == ModelResidency.Loading || isLate)
                return state.Policy.MaxBypass > 0;
        }

        return false;
    }
}
