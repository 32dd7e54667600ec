using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <content>The order of service, and the bound on how often it is broken.</content>
internal sealed partial class LeaseScheduler
{
    private static readonly Comparison<WaitingLine> ByOrder = Compare;

    // Holders that have leases and wait for more: mostly none, and then much need not be looked at.
    private int _urgentHolders;

    /// <summary>Lists the lines in which something is wanted on the device in the order of service.</summary>
    private void ListWanted(ScheduledDevice device, long now)
    {
        var wanted = device.Wanted;
        wanted.Clear();
        device.IsPlaced = true;
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
                device.IsPlaced &= !line.IsPreload && IsPlaced(line);
            }
        }

        foreach (var holder in UrgentHolders())
            holder.MarkLines();
        if (wanted.Count > 1)
            wanted.Sort(ByOrder);
    }

    /// <summary>Whether the models are where they are wanted, and nothing has to leave for their use.</summary>
    private static bool IsPlaced(WaitingLine line)
    {
        foreach (var model in line.Models)
        {
            if (model is not { Residency: ModelResidency.OnDevice, Footprint.WorkingBytes: 0 })
                return false;
        }

        return true;
    }

    /// <summary>Holders of leases that wait for more, on any device.</summary>
    private IEnumerable<LeaseHolder> UrgentHolders() =>
        _urgentHolders == 0 ? [] : _devices.SelectMany(static device => device.Slots.ToArray()).OfType<LeaseHolder>().Where(static holder => holder.IsUrgent);

    /// <summary>Orders lines: those where holders wait, then the highest priority, then the oldest.</summary>
    private static int Compare(WaitingLine a, WaitingLine b)
    {
        if (a.IsUrgent != b.IsUrgent)
            return a.IsUrgent ? -1 : 1;
        return a.NextPriority != b.NextPriority ? b.NextPriority - a.NextPriority : a.Next!.Sequence.CompareTo(b.Next!.Sequence);
    }

    /// <summary>The first line in the order of service that wants the model; the devices' lines have been listed.</summary>
    private static WaitingLine FirstLineOf(ScheduledModel model)
    {
        WaitingLine? first = null;
        foreach (var line in model.Lines)
        {
            if (line.Count > 0 && (first is null || Compare(line, first) < 0))
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
            if (line.IsPreload || IsBeyondTurns(line, now))
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
        line.IsPreload || line.IsUrgent || device.IsStarving || line.MostOvertakings >= _policy.BypassBound(device.QueueLength) / 2;

    /// <summary>
    /// Whether the line waits for something else than its turn: for others to end their use, or for a load, or a move that takes far longer than the
    /// last. Strictly first in, first out is what <see cref="SchedulingPolicy.MaxBypass"/> of 0 asks for, and gets.
    /// </summary>
    private bool IsBeyondTurns(WaitingLine line, long now)
    {
        if (line.IsTaken)
            return true;
        foreach (var model in line.Models)
        {
            if (model.Residency == ModelResidency.Loading || (model.Residency == ModelResidency.Moving && now - model.StepStartedAt > 2 * model.MoveTicks + TimeSpan.TicksPerSecond))
                return _policy.MaxBypass > 0;
        }

        return false;
    }

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
