using SharedModels.Scheduling.Batching;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>The order of service on a device, and the limits on bypassing for models that are already on the device.</summary>
internal sealed class ServiceOrder(SchedulerState state, WaitQueues queues)
{
    private static readonly Comparison<WaitQueue> ByOrder = Compare;

    private long Aging => state.Policy.PriorityAging;

    /// <summary>
    /// Compares queues by the order of service: first queues in which holders of leases wait, then by priority and by the age of the oldest
    /// request. Models whose inputs wait for others to join them come later, and models that are only kept come last.
    /// </summary>
    public static int Compare(WaitQueue a, WaitQueue b)
    {
        if (a.IsUrgent != b.IsUrgent)
            return a.IsUrgent ? -1 : 1;
        if (a.IsKept != b.IsKept)
            return a.IsKept ? 1 : -1;
        if (a.Next!.IsHeldBack != b.Next!.IsHeldBack)
            return a.Next.IsHeldBack ? 1 : -1;
        return a.NextPriority != b.NextPriority ? b.NextPriority - a.NextPriority : a.Next!.Sequence.CompareTo(b.Next!.Sequence);
    }

    /// <summary>
    /// Returns the first queue, in the order of service, that wants the model. The devices' queues must have been listed.
    /// </summary>
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

    /// <summary>Lists the queues that want something on the device, in the order of service.</summary>
    public void ListWanted(ScheduledDevice device, long now)
    {
        var wanted = device.Wanted;
        wanted.Clear();
        for (var priority = 0; priority < WaitQueue.Priorities; priority++)
        {
            foreach (var head in device.Heads[priority])
            {
                head.Queue.Refresh(now, Aging);
                if (head != head.Queue.Next)
                    continue;
                head.Queue.IsUrgent = false;
                wanted.Add(head.Queue);
            }
        }

        foreach (var holder in queues.UrgentHolders)
            holder.MarkQueues();
        wanted.Sort(ByOrder);
    }

    /// <summary>
    /// Returns the first request that can be granted and is not behind a barrier. For each queue, that is its next request. If that is
    /// barred, it is the oldest request of a higher priority before aging, because aging does not separate requests of one priority. Of
    /// several batches with the same priority, <see cref="BatchChoice"/> chooses.
    /// </summary>
    public LeaseRequest? FindInTurn(ScheduledDevice device, long now)
    {
        var barriers = new BypassBarriers(state.Policy, device, now);
        var walk = new ServiceWalk(device, now, Aging);
        var batches = new BatchChoice(now);
        while (walk.MoveNext() && (batches.IsEmpty || walk.Priority == batches.Priority))
        {
            var head = walk.Head!;
            var queue = head.Queue;
            queue.Refresh(now, Aging);
            if (head == queue.Next && !head.IsPreload && (batches.IsEmpty || head.IsBatchInput) && GrantRules.CanGrant(head))
            {
                if (!barriers.Bars(head, walk.Priority) && !IsBehindBarrier(head, now, except: device))
                {
                    if (!head.IsBatchInput)
                        return head;
                    batches.Add(head, walk.Priority);
                    barriers.Add(head, walk.Priority);
                    continue;
                }

                for (var priority = WaitQueue.Priorities - 1; priority > head.Priority; priority--)
                {
                    if (queue.Head(priority) is { } other && GrantRules.CanGrant(other) && !IsBehindBarrier(other, now))
                        return batches.Choose() ?? other;
                }
            }

            barriers.Add(head, walk.Priority);
        }

        return batches.Choose();
    }

    /// <summary>
    /// Returns true if an older request, on any device that this request wants except the given one, must not be bypassed any more.
    /// </summary>
    public bool IsBehindBarrier(LeaseRequest request, long now, ScheduledDevice? except = null)
    {
        var models = request.Queue.Models;
        for (var i = 0; i < models.Length; i++)
        {
            if (models[i].Device != except && !WaitQueues.IsRepeated(models, i) && IsBehindBarrierOn(models[i].Device!, request, now))
                return true;
        }

        return false;
    }

    /// <summary>Returns the first request, in the order of service, that must not be bypassed any more and can be granted.</summary>
    public LeaseRequest? FindAtBound(ScheduledDevice device, long now)
    {
        var barriers = new BypassBarriers(state.Policy, device, now);
        var walk = new ServiceWalk(device, now, Aging);
        while (walk.MoveNext())
        {
            if (!walk.Head!.IsPreload && barriers.IsAtBound(walk.Head) && GrantRules.CanGrant(walk.Head))
                return walk.Head;
        }

        return null;
    }

    /// <summary>
    /// Returns true if the queue's models should be moved in even at the expense of later queues, so that they are on the device when the
    /// queue must not be bypassed any more.
    /// </summary>
    public bool MayPreempt(WaitQueue queue, ScheduledDevice device, long now) =>
        queue.IsPreload ? !queue.IsKept
        : queue.IsUrgent
            || device.IsStarving
            || queue.MostBypasses >= state.Policy.BypassBound(device.QueueLength) / 2
            || queue.IsBypassTimeOver(now, share: 2);

    /// <summary>Counts a grant as a bypass of the older requests whose aged priority is not lower.</summary>
    /// <param name="granted">The granted request.</param>
    /// <param name="now">The time in ticks.</param>
    /// <param name="isOutOfTurn">True if the request is granted before older requests of its own queue.</param>
    public void CountBypasses(LeaseRequest granted, long now, bool isOutOfTurn = false)
    {
        var aged = granted.PriorityAt(now, Aging);
        foreach (var model in granted.Queue.Models)
        {
            for (var priority = 0; priority < WaitQueue.Priorities; priority++)
            {
                foreach (var head in model.Device!.Heads[priority])
                {
                    if (head.Sequence >= granted.Sequence || head.PriorityAt(now, Aging) < aged)
                        break;
                    var isBypassed = head.Queue == granted.Queue ? isOutOfTurn : !head.IsPreload && !head.IsHeldBack && !head.Queue.IsTaken;
                    if (isBypassed)
                        head.Queue.CountBypass(priority, granted, state.Policy);
                }
            }
        }
    }

    /// <summary>Returns true if an older request on the device must not be bypassed any more.</summary>
    public bool IsBehindBarrierOn(ScheduledDevice device, LeaseRequest request, long now)
    {
        var aged = request.PriorityAt(now, Aging);
        var barriers = new BypassBarriers(state.Policy, device, now);
        var walk = new ServiceWalk(device, now, Aging);
        while (walk.MoveNext() && walk.Priority >= aged)
            barriers.Add(walk.Head!, walk.Priority);
        return barriers.Bars(request, aged);
    }
}
