using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <content>The order of service, and the bound on how often it is broken.</content>
internal sealed partial class LeaseScheduler
{
    /// <summary>Lists the lines in which something is wanted on the device in the order of service.</summary>
    private void ListWanted(ScheduledDevice device, long now)
    {
        var wanted = device.Wanted;
        wanted.Clear();
        foreach (var model in device.Models)
        {
            foreach (var line in model.Lines)
            {
                // A group is listed with the first of its models on the device.
                if (line.Count == 0 || (line.IsGroup && wanted.Contains(line)))
                    continue;
                line.Refresh(now, _policy.PriorityAgeing);
                line.IsUrgent = false;
                wanted.Add(line);
            }
        }

        foreach (var other in _devices)
        {
            foreach (var holder in other.Slots)
            {
                if (holder is { Waits: > 0 })
                    holder.MarkLines();
            }
        }

        wanted.Sort((a, b) => Compare(a, b, now));
    }

    /// <summary>Orders lines: those where holders wait, then the highest priority, then the oldest.</summary>
    private int Compare(WaitingLine a, WaitingLine b, long now)
    {
        var byHolder = b.IsUrgent.CompareTo(a.IsUrgent);
        if (byHolder != 0)
            return byHolder;
        var byPriority = b.Next!.PriorityAt(now, _policy.PriorityAgeing).CompareTo(a.Next!.PriorityAt(now, _policy.PriorityAgeing));
        return byPriority != 0 ? byPriority : a.Next.Sequence.CompareTo(b.Next.Sequence);
    }

    /// <summary>The first line in the order of service that wants the model; the devices' lines have been listed.</summary>
    private WaitingLine FirstLineOf(ScheduledModel model, long now)
    {
        WaitingLine? first = null;
        foreach (var line in model.Lines)
        {
            if (line.Count > 0 && (first is null || Compare(line, first, now) < 0))
                first = line;
        }

        return first!;
    }

    /// <summary>
    /// Finds, for each priority, the oldest request that was overtaken as often as may be, and whose model is not merely taken: no younger request of
    /// that or a lower priority is granted before it.
    /// </summary>
    private void FindBarriers(ScheduledDevice device, long now)
    {
        var bound = _policy.BypassBound(device.QueueLength);
        Array.Fill(device.Barriers, long.MaxValue);
        foreach (var line in device.Wanted)
        {
            if (line.IsPreload || line.IsTaken)
                continue;
            for (var priority = 0; priority < WaitingLine.Priorities; priority++)
            {
                if (line.Head(priority) is not { } head || line.OvertakingsOfHead(priority) < bound)
                    continue;
                var aged = head.PriorityAt(now, _policy.PriorityAgeing);
                device.Barriers[aged] = Math.Min(device.Barriers[aged], head.Sequence);
            }
        }

        for (var priority = WaitingLine.Priorities - 2; priority >= 0; priority--)
            device.Barriers[priority] = Math.Min(device.Barriers[priority], device.Barriers[priority + 1]);
    }

    /// <summary>Whether an older request, on any device that this one wants, may not be overtaken any more.</summary>
    private bool IsBehindBarrier(LeaseRequest request, ScheduledDevice device, long now)
    {
        var priority = request.PriorityAt(now, _policy.PriorityAgeing);
        foreach (var model in request.Line.Models)
        {
            if (model.Device! != device)
            {
                ListWanted(model.Device!, now);
                FindBarriers(model.Device!, now);
            }

            if (request.Sequence > model.Device!.Barriers[priority])
                return true;
        }

        return false;
    }

    /// <summary>Whether the line was overtaken so often that its models should come, so as to be there when it may not be overtaken any more.</summary>
    private bool IsPressing(WaitingLine line, ScheduledDevice device) =>
        line.IsPreload || line.IsUrgent || device.IsIdle || line.OvertakingsOfHead(line.Next!.Priority) >= _policy.BypassBound(device.QueueLength) / 2;

    private void CountOvertakings(LeaseRequest granted, long now)
    {
        var models = granted.Line.Models;
        for (var i = 0; i < models.Length; i++)
        {
            if (IsRepeated(models, i))
                continue;
            foreach (var model in models[i].Device!.Models)
            {
                foreach (var line in model.Lines)
                {
                    if (line != granted.Line && line.Count > 0 && !line.IsPreload && !line.IsTaken)
                        line.CountOvertaking(granted, now, _policy.PriorityAgeing);
                }
            }
        }
    }
}
