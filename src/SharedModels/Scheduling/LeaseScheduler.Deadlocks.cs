namespace SharedModels.Scheduling;

/// <content>Finds circles of holders, each waiting for the next.</content>
internal sealed partial class LeaseScheduler
{
    /// <summary>
    /// If somewhere a holder waits for holders who all wait, in the end, for it: refuses the request that came last, which closed the circle.
    /// </summary>
    private bool BreakDeadlock(long now)
    {
        foreach (var holder in UrgentHolders())
        {
            if (FindClosingWait(holder) is not var (request, circle))
                continue;
            var at = request.ScheduledModel.Device!;
            Refuse(request, request.ScheduledModel, new(RefusalReason.Deadlock) { Device = at.Device, QueueLength = at.QueueLength, Cycle = Describe(request, circle) }, now);
            return true;
        }

        return false;
    }

    private (LeaseRequest Request, HashSet<LeaseHolder> Circle)? FindClosingWait(LeaseHolder holder)
    {
        var circle = HoldersWaitedForBy(holder);
        while (circle.RemoveWhere(member => HopelessWaitOf(member, circle) is null) > 0)
        {
        }

        return circle.Contains(holder) ? (circle.Select(member => HopelessWaitOf(member, circle)!).MaxBy(static wait => wait.Sequence)!, circle) : null;
    }

    private HashSet<LeaseHolder> HoldersWaitedForBy(LeaseHolder holder)
    {
        var found = new HashSet<LeaseHolder> { holder };
        var next = new Queue<LeaseHolder>(found);
        while (next.TryDequeue(out var member))
        {
            foreach (var blocker in member.WaitingRequests.SelectMany(BlockersOf).SelectMany(static blockers => blockers))
            {
                if (found.Add(blocker))
                    next.Enqueue(blocker);
            }
        }

        return found;
    }

    /// <summary>A wait that ends only if one of the circle gives something back; <see langword="null"/> if the holder has none.</summary>
    private LeaseRequest? HopelessWaitOf(LeaseHolder holder, HashSet<LeaseHolder> circle) =>
        holder.WaitingRequests.FirstOrDefault(wait => BlockersOf(wait).Any(blockers => blockers.Count > 0 && blockers.TrueForAll(circle.Contains)));

    private string Describe(LeaseRequest request, HashSet<LeaseHolder> circle)
    {
        var told = new HashSet<LeaseHolder>();
        var links = new List<string>();
        for (var wait = request; told.Add(wait.Holder);)
        {
            var held = string.Join(", ", wait.Holder.Granted.Select(static lease => $"'{lease.ScheduledModel.Id}'"));
            links.Add($"the holder of {held} waits for '{wait.Line.Names}'");
            var blocker = BlockersOf(wait).First(blockers => blockers.Count > 0 && blockers.TrueForAll(circle.Contains))[0];
            wait = HopelessWaitOf(blocker, circle)!;
        }

        return string.Join("; ", links);
    }

    /// <summary>For each model the holders of whom one has to give something back before the request can be granted; none if it waits for work that is under way.</summary>
    private IEnumerable<List<LeaseHolder>> BlockersOf(LeaseRequest wait)
    {
        foreach (var model in wait.Line.Models.ToArray())
            yield return BlockersOf(wait, model, model.Device!);
    }

    private List<LeaseHolder> BlockersOf(LeaseRequest wait, ScheduledModel model, ScheduledDevice device)
    {
        var isOnDevice = model.Residency == ModelResidency.OnDevice;
        var isTaken = model.IsTaken && !wait.Holder.Holds(model);
        var lacksSlot = isOnDevice && LacksSlot(wait, device);
        var needsRoom = isOnDevice ? MissingWorkingBytes(wait, device) > 0 : model.Residency == ModelResidency.OnHost;
        var lacksRoom = needsRoom && !IsRoomComing(device);
        var lacksHostRoom = model.IsFreed && model.Footprint.HostBytes > 0 && _host is not null && !IsRoomComing(_host);
        var blockers = new List<LeaseHolder>();
        foreach (var other in lacksHostRoom ? _devices : [device])
        {
            foreach (var holder in other.Slots)
            {
                if (holder is not null && holder != wait.Holder && !blockers.Contains(holder) && (isTaken ? holder.Holds(model) : lacksSlot || lacksRoom || lacksHostRoom))
                    blockers.Add(holder);
            }
        }

        return blockers;
    }

    /// <summary>Whether models leave, or will when they have been there long enough or their back-off ends.</summary>
    private static bool IsRoomComing(ScheduledDevice book) =>
        book.LeavingBytes > 0 || book.HeapIndex >= 0 || book.Models.Exists(static model => model is { Residency: ModelResidency.OnDevice, Error: not null });
}
