using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Replicas;

namespace SharedModels.Scheduling.Deadlocks;

/// <summary>Finds cycles of holders that each wait for the next.</summary>
internal sealed class WaitGraph(SchedulerState state, WaitQueues queues)
{
    /// <summary>
    /// Looks for a cycle, starting with the holders that may have closed one: holders with a new wait or lease, and holders that waited
    /// for a holder that released something. After events that change which holders block each other, checks all waiting holders together.
    /// </summary>
    /// <returns>
    /// The waits of a cycle, starting with the latest one, which closed it, or <see langword="null"/> if there is no cycle.
    /// </returns>
    public List<LeaseRequest>? FindCycle(long now)
    {
        if (queues.UrgentHolders.Count == 0)
        {
            Clear();
            return null;
        }

        var cycle = state.MayBeDeadlocked ? FindCycle([.. queues.UrgentHolders], now) : FindCycleFromSuspects(now);
        if (cycle is null)
        {
            Clear();
            return null;
        }

        // Breaking this cycle may leave others.
        state.MayBeDeadlocked = true;
        var youngest = cycle.MaxBy(static wait => wait.Sequence)!;
        var start = cycle.IndexOf(youngest);
        return [.. cycle[start..], .. cycle[..start]];
    }

    /// <summary>Returns true if there is any cycle.</summary>
    public bool HasCycle(long now) => FindCycle([.. queues.UrgentHolders], now) is not null;

    /// <summary>Describes any cycle.</summary>
    public string DescribeAny(long now) => Describe(FindCycle([.. queues.UrgentHolders], now) ?? []);

    public static string Describe(List<LeaseRequest> cycle) => string.Join("; ", cycle.Select(static wait =>
    {
        var held = wait.Holder.Granted
            .Concat(wait.HeldMeanwhile.SelectMany(static holder => holder.Granted))
            .Select(static lease => $"'{lease.ScheduledModel.Id}'");
        return $"the holder of {string.Join(", ", held)} waits for '{wait.Queue.Names}'";
    }));

    private void Clear()
    {
        queues.Suspects.Clear();
        state.MayBeDeadlocked = false;
    }

    private List<LeaseRequest>? FindCycleFromSuspects(long now)
    {
        foreach (var suspect in queues.Suspects)
        {
            if (FindCycle(HoldersWaitedForBy(suspect, now), now) is { } cycle)
                return cycle;
        }

        return null;
    }

    private List<LeaseRequest>? FindCycle(HashSet<LeaseHolder> holders, long now)
    {
        foreach (var wait in holders.SelectMany(static holder => holder.WaitingRequests))
            wait.Witness = null;

        // The remaining holders block each other, so there is a cycle among them. Some may only wait for a holder in the cycle.
        while (holders.RemoveWhere(member => BlockedWaitOf(member, holders, now) is null) > 0)
        {
        }

        if (holders.Count == 0)
            return null;
        var path = new List<LeaseRequest>();
        var next = BlockedWaitOf(
            holders.MinBy(static holder => holder.WaitingRequests.Min(static wait => wait.Sequence))!, holders, now)!.Value;
        while (path.FindIndex(wait => wait.Holder == next.Wait.Holder) is var start)
        {
            if (start >= 0)
                return path[start..];
            path.Add(next.Wait);
            next = BlockedWaitOf(next.Blocker, holders, now)!.Value;
        }

        return null;
    }

    private HashSet<LeaseHolder> HoldersWaitedForBy(LeaseHolder holder, long now)
    {
        var found = new HashSet<LeaseHolder> { holder };
        var next = new Queue<LeaseHolder>(found);
        while (next.TryDequeue(out var member))
        {
            foreach (var blocker in member.WaitingRequests
                .SelectMany(wait => BlockersOf(wait, now))
                .SelectMany(static blockers => blockers))
            {
                if (found.Add(blocker))
                    next.Enqueue(blocker);
            }
        }

        return found;
    }

    /// <summary>
    /// Returns a wait that ends only if one of the holders releases something, with one such holder, or <see langword="null"/> if there is
    /// none.
    /// </summary>
    private (LeaseRequest Wait, LeaseHolder Blocker)? BlockedWaitOf(LeaseHolder holder, HashSet<LeaseHolder> holders, long now)
    {
        foreach (var wait in holder.WaitingRequests)
        {
            // A witness that was found while more holders remained leads to a holder that does not wait. Several holders can wait for one
            // request, and a later one must not replace its witness by a holder that waits for this request itself.
            if (wait.Witness is { } found && !holders.Contains(found))
                continue;
            var isKnown = true;
            wait.Witness = null;
            foreach (var blockers in BlockersOf(wait, now))
            {
                if (blockers.Count == 0)
                    continue;
                // Holders that release nothing before this wait ends cannot unblock it.
                var witness = blockers.Find(blocker => !holders.Contains(blocker) && !wait.HeldMeanwhile.Contains(blocker));
                if (witness is null)
                {
                    wait.Witness = null;
                    return (wait, blockers[0]);
                }

                isKnown &= wait.Witness is null;
                wait.Witness = isKnown ? witness : null;
            }
        }

        return null;
    }

    /// <summary>
    /// Returns, for each model, the holders of which one must release something before the request can be granted. Returns none if the
    /// request waits for a step in progress. A model with replicas is available when any of them is.
    /// </summary>
    private IEnumerable<List<LeaseHolder>> BlockersOf(LeaseRequest wait, long now)
    {
        foreach (var model in wait.Queue.Models.ToArray())
        {
            yield return model.Replicas is { } replicas && !wait.Queue.IsGroup
                ? BlockersOf(wait, replicas, now)
                : BlockersOf(wait, model, model.Device!, now);
        }
    }

    private List<LeaseHolder> BlockersOf(LeaseRequest wait, ReplicaSet replicas, long now)
    {
        var all = new List<LeaseHolder>();
        foreach (var replica in replicas.Members)
        {
            if (replica != wait.ScheduledModel && replica is { IsServing: false, IsComing: false })
                continue;
            var blockers = BlockersOf(wait, replica, replica.Device!, now);
            if (blockers.Count == 0)
                return blockers;
            all.AddRange(blockers.Except(all).ToList());
        }

        return all;
    }

    private List<LeaseHolder> BlockersOf(LeaseRequest wait, ScheduledModel model, ScheduledDevice device, long now)
    {
        var isTaken = (model.IsTaken || model.IsLost) && !wait.Holder.Holds(model);
        var lacksSlot = model.Residency == ModelResidency.OnDevice && GrantRules.LacksSlot(wait, device);
        var (budget, missing) = model switch
        {
            { IsFreed: true, Footprint.HostBytes: > 0 } => (state.Host, model.Footprint.HostBytes - state.Host.FreeBytes),
            { Residency: ModelResidency.OnHost, RunsOnCpu: true } => (device.Memory, -device.Memory.FreeBytes),
            { Residency: ModelResidency.OnHost } => (device.Memory, model.BytesOn(device) - device.Memory.FreeBytes),
            { Residency: ModelResidency.OnDevice } when wait.Queue.Models.Contains(model) =>
                (device.Memory, GrantRules.MissingWorkingBytes(wait, device)),
            { Residency: ModelResidency.OnDevice } => (device.Memory, GrantRules.MissingWorkingBytesOn(model, wait)),
            _ => (device.Memory, 0),
        };
        var lacksRoom = missing > 0 && !IsRoomComing(budget, now);
        var blockers = new List<LeaseHolder>();
        foreach (var other in lacksRoom ? budget.Devices : [device])
        {
            foreach (var holder in other.Slots)
            {
                var isOther = holder is not null && holder != wait.Holder && !blockers.Contains(holder);
                if (isOther && (isTaken ? holder!.Holds(model) : lacksSlot || lacksRoom))
                    blockers.Add(holder!);
            }
        }

        return blockers;
    }

    /// <summary>
    /// Returns true if models are leaving, may leave after they arrive, or can leave after their minimum residency or back-off.
    /// </summary>
    private static bool IsRoomComing(MemoryBudget budget, long now) =>
        budget.LeavingBytes > 0
        || budget.Devices.Any(static device => device.IsScheduled)
        || budget.Models.Any(model =>
            model.Residency is ModelResidency.Loading or ModelResidency.Moving
                || (model is { Residency: ModelResidency.OnDevice, Users: 0 } && now < model.RetryAt));
}
