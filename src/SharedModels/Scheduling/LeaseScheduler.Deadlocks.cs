using SharedModels.Scheduling.Decisions;

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
            if (FindCircle(holder, now) is not { } circle)
                continue;
            var youngest = circle.MaxBy(static wait => wait.Sequence)!;
            var start = circle.IndexOf(youngest);
            circle = [.. circle[start..], .. circle[..start]];
            var at = youngest.ScheduledModel.Device!;
            Refuse(youngest, youngest.ScheduledModel, new(RefusalReason.Deadlock) { Device = at.Device, QueueLength = at.QueueLength, Cycle = Describe(circle) }, now);
            return true;
        }

        return false;
    }

    private List<LeaseRequest>? FindCircle(LeaseHolder holder, long now)
    {
        // First all holders that wait for each other in vain, among whom there is a circle; some of them may only wait for it.
        var hopeless = HoldersWaitedForBy(holder, now);
        while (hopeless.RemoveWhere(member => HopelessWaitOf(member, hopeless, now) is null) > 0)
        {
        }

        if (!hopeless.Contains(holder))
            return null;
        var path = new List<LeaseRequest>();
        var next = HopelessWaitOf(holder, hopeless, now)!.Value;
        while (path.FindIndex(wait => wait.Holder == next.Wait.Holder) is var start)
        {
            if (start >= 0)
                return path[start..];
            path.Add(next.Wait);
            next = HopelessWaitOf(next.Blocker, hopeless, now)!.Value;
        }

        return null;
    }

    private HashSet<LeaseHolder> HoldersWaitedForBy(LeaseHolder holder, long now)
    {
        var found = new HashSet<LeaseHolder> { holder };
        var next = new Queue<LeaseHolder>(found);
        while (next.TryDequeue(out var member))
        {
            foreach (var blocker in member.WaitingRequests.SelectMany(wait => BlockersOf(wait, now)).SelectMany(static blockers => blockers))
            {
                if (found.Add(blocker))
                    next.Enqueue(blocker);
            }
        }

        return found;
    }

    /// <summary>A wait that ends only if one of the holders gives something back, and one of those; <see langword="null"/> if the holder has none.</summary>
    private (LeaseRequest Wait, LeaseHolder Blocker)? HopelessWaitOf(LeaseHolder holder, HashSet<LeaseHolder> holders, long now)
    {
        foreach (var wait in holder.WaitingRequests)
        {
            foreach (var blockers in BlockersOf(wait, now))
            {
                if (blockers.Count > 0 && blockers.TrueForAll(holders.Contains))
                    return (wait, blockers[0]);
            }
        }

        return null;
    }

    private static string Describe(List<LeaseRequest> circle) => string.Join("; ", circle.Select(static wait =>
        $"the holder of {string.Join(", ", wait.Holder.Granted.Select(static lease => $"'{lease.ScheduledModel.Id}'"))} waits for '{wait.Line.Names}'"));

    /// <summary>For each model the holders of whom one has to give something back before the request can be granted; none if it waits for work that is under way.</summary>
    private IEnumerable<List<LeaseHolder>> BlockersOf(LeaseRequest wait, long now)
    {
        foreach (var model in wait.Line.Models.ToArray())
            yield return BlockersOf(wait, model, model.Device!, now);
    }

    private List<LeaseHolder> BlockersOf(LeaseRequest wait, ScheduledModel model, ScheduledDevice device, long now)
    {
        var isTaken = (model.IsTaken || model.IsLost) && !wait.Holder.Holds(model);
        var lacksSlot = model.Residency == ModelResidency.OnDevice && LacksSlot(wait, device);
        var (book, missing) = model switch
        {
            { IsFreed: true, Footprint.HostBytes: > 0 } when _host is not null => (_host, model.Footprint.HostBytes - _host.FreeBytes),
            { Residency: ModelResidency.OnHost, RunsOnCpu: true } => (device, -device.FreeBytes),
            { Residency: ModelResidency.OnHost } => (device, model.BytesOn(device) - device.FreeBytes),
            { Residency: ModelResidency.OnDevice } => (device, MissingWorkingBytes(wait, device)),
            _ => (device, 0),
        };
        var lacksRoom = missing > 0 && !IsRoomComing(book, now);
        var blockers = new List<LeaseHolder>();
        foreach (var other in lacksRoom && book == _host ? _devices : [device])
        {
            foreach (var holder in other.Slots)
            {
                if (holder is not null && holder != wait.Holder && !blockers.Contains(holder) && (isTaken ? holder.Holds(model) : lacksSlot || lacksRoom))
                    blockers.Add(holder);
            }
        }

        return blockers;
    }

    /// <summary>Whether models leave, or come and may leave then, or will when they have been there long enough or their back-off ends.</summary>
    private bool IsRoomComing(ScheduledDevice book, long now) =>
        book.LeavingBytes > 0
        || (book == _host ? _devices.Exists(static device => device.HeapIndex >= 0) : book.HeapIndex >= 0)
        || (book == _host ? _models : book.Models).Exists(model =>
            model.Residency is ModelResidency.Loading or ModelResidency.Moving || (model is { Residency: ModelResidency.OnDevice, Users: 0 } && now < model.RetryAt));
}
