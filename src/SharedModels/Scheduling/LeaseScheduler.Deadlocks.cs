namespace SharedModels.Scheduling;

internal sealed partial class LeaseScheduler
{
    /// <summary>
    /// If somewhere a holder waits for holders who all wait, in the end, for it: refuses the request that came last, which closed the circle.
    /// </summary>
    /// <returns>The device whose queue it left.</returns>
    private ScheduledDevice? BreakDeadlock(long now)
    {
        foreach (var device in _devices)
        {
            foreach (var holder in device.Slots)
            {
                if (holder is { Waits: > 0 } && FindClosingWait(holder) is { } request)
                    return Break(request, now);
            }
        }

        return null;
    }

    private ScheduledDevice Break((LeaseRequest Request, HashSet<LeaseHolder> Circle) closing, long now)
    {
        var device = closing.Request.ScheduledModel.Device!;
        var cycle = Describe(closing.Request, closing.Circle);
        Refuse(closing.Request, new(RefusalReason.Deadlock) { Device = device.Device, QueueLength = device.QueueLength, Cycle = cycle }, now);
        return device;
    }

    private static (LeaseRequest Request, HashSet<LeaseHolder> Circle)? FindClosingWait(LeaseHolder holder)
    {
        var circle = HoldersWaitedForBy(holder);
        while (circle.RemoveWhere(member => HopelessWaitOf(member, circle) is null) > 0)
        {
        }

        return circle.Contains(holder) ? (circle.Select(member => HopelessWaitOf(member, circle)!).MaxBy(static wait => wait.Sequence)!, circle) : null;
    }

    private static HashSet<LeaseHolder> HoldersWaitedForBy(LeaseHolder holder)
    {
        var found = new HashSet<LeaseHolder> { holder };
        var next = new Queue<LeaseHolder>(found);
        while (next.TryDequeue(out var member))
        {
            foreach (var blocker in member.WaitingRequests.SelectMany(BlockersOf))
            {
                if (found.Add(blocker))
                    next.Enqueue(blocker);
            }
        }

        return found;
    }

    /// <summary>A wait that ends only if one of the circle gives something back; <see langword="null"/> if the holder has none.</summary>
    private static LeaseRequest? HopelessWaitOf(LeaseHolder holder, HashSet<LeaseHolder> circle) =>
        holder.WaitingRequests.FirstOrDefault(wait => BlockersOf(wait) is { Count: > 0 } blockers && blockers.TrueForAll(circle.Contains));

    private static string Describe(LeaseRequest request, HashSet<LeaseHolder> circle)
    {
        var told = new HashSet<LeaseHolder>();
        var links = new List<string>();
        for (var wait = request; told.Add(wait.Holder); wait = HopelessWaitOf(BlockersOf(wait)[0], circle)!)
        {
            var held = string.Join(", ", wait.Holder.Granted.Select(static lease => $"'{lease.ScheduledModel.Id}'"));
            links.Add($"the holder of {held} waits for '{wait.ScheduledModel.Id}'");
        }

        return string.Join("; ", links);
    }

    /// <summary>The holders of whom one has to give something back before the request can be granted; none if it waits for work that is under way.</summary>
    private static List<LeaseHolder> BlockersOf(LeaseRequest wait)
    {
        var model = wait.ScheduledModel;
        var device = model.Device!;
        var isTaken = model.IsTaken && !wait.Holder.Holds(model);
        var lacksSlot = model.Residency == ModelResidency.OnDevice && !device.HasFreeSlot && !wait.Holder.HoldsOn(device);
        var lacksRoom = model.NeedsRoom && device.LeavingBytes == 0;
        var blockers = new List<LeaseHolder>();
        foreach (var holder in device.Slots)
        {
            if (holder is not null && holder != wait.Holder && (isTaken ? holder.Holds(model) : lacksSlot || lacksRoom))
                blockers.Add(holder);
        }

        return blockers;
    }
}
