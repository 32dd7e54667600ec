using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Replicas;

/// <summary>Decides when a replica of a model is loaded.</summary>
/// <remarks>
/// A replica is loaded when the wait that it is expected to save exceeds the time to bring it in, plus the expected time to reload the
/// models that have to leave for it. The wait is that of the requests that would still wait when the replica arrives, and the share of past
/// waits that the replica would have saved: the recent past stands for the near future. Past waits are forgotten with each load, so that
/// the next load has to be worth its cost again. A replica never takes memory that a request waits for.
/// </remarks>
internal sealed class ReplicaPlanner(
    SchedulerState state, WaitQueues queues, EvictionPlanner evictions, ModelLifecycle lifecycle, RequestRejector rejector)
{
    // A replica is loaded at most this fraction of the present hold, or of the time to bring it in, too late.
    private const int LooksPerHold = 8;

    /// <summary>Starts to load the replicas that are worth it.</summary>
    /// <returns>True if anything changed.</returns>
    public bool Plan(long now)
    {
        var before = state.Decisions;
        if (state.IsShuttingDown || state.IsDraining)
            return false;
        foreach (var replicas in state.ReplicaSets)
        {
            if (replicas is { WaitingCount: > 0, Home.IsServing: true, IsRemoved: false })
                Plan(replicas, now);
            else
                state.Deadlines.Remove(replicas);
        }

        return state.Decisions != before;
    }

    /// <summary>Stops waiting for replicas that nobody wants any more.</summary>
    public void Withdraw(long now)
    {
        foreach (var replicas in state.ReplicaSets)
        {
            foreach (var member in replicas.Members)
            {
                if (member.Preloads.Any() is not KeepRequest request || (!state.IsDraining && !IsUnwanted(member, replicas)))
                    continue;
                rejector.Remove(request, now);
                state.Decisions++;
            }
        }
    }

    /// <summary>
    /// Returns true if a replica that is not coming yet is not needed: nobody waits, or another one has come to its device meanwhile.
    /// </summary>
    private static bool IsUnwanted(ScheduledModel member, ReplicaSet replicas) =>
        !member.IsComing
        && ((replicas.WaitingCount == 0 && replicas.Home.IsServing)
            || (member.IsSpare && replicas.Members.Any(other => other != member && other.Device == member.Device)));

    private void Plan(ReplicaSet replicas, long now)
    {
        // Load one replica at a time: the next one saves less.
        if (replicas.Members.Any(static member => member.IsWanted && !member.IsServing))
            return;
        if (replicas.Members.Any(IsAway))
            LookAgain(replicas, now);
        if (FindNext(replicas, now) is not { } next)
            return;
        var footprint = replicas.Home.Footprint;
        if (next.IsFreed)
            next.Remeasure(next.Settings.SharesHostCopy ? footprint with { HostBytes = 0 } : footprint);
        if (DeviceSelector.BytesNeeded(state.Host, next.Waiting, holder: null) > state.Host.BudgetBytes)
            return;
        var choice = next.Settings.Candidates
            .Where(device => replicas.FindOn(device) is null && IsFree(device, next))
            .Select(device => (Device: device, Cost: Cost(replicas, next, device, now)))
            .OrderBy(static choice => choice.Cost)
            .FirstOrDefault();
        if (choice.Device is { } device && Saving(replicas, next, device, now) > choice.Cost)
            Load(replicas, next, device, now);
    }

    /// <summary>
    /// Sets the time of the next look, because time can make a replica worth its cost even if nothing happens: the present holds grow, the
    /// models that would leave become less popular, and back-offs end.
    /// </summary>
    private void LookAgain(ReplicaSet replicas, long now)
    {
        var scale = Math.Max(
            replicas.Home.Device!.LongestHold(now), replicas.Members.Max(static member => member.LoadTicks + member.MoveTicks));
        var at = Ticks.After(now, Math.Max(TimeSpan.TicksPerMillisecond, scale / LooksPerHold));
        if (!replicas.IsScheduled || at < replicas.Deadline)
            state.Deadlines.Set(replicas, at);
    }

    private void Load(ReplicaSet replicas, ScheduledModel next, ScheduledDevice device, long now)
    {
        state.Deadlines.Remove(replicas);
        replicas.ForgetWaits();
        if (next.Device is null)
            lifecycle.Attach(next, device);
        else if (next.Device != device)
            lifecycle.Reattach(next, device);
        queues.Enqueue(new KeepRequest(next), now);
        state.Decisions++;
    }

    private static bool IsAway(ScheduledModel member) =>
        member.Residency is ModelResidency.OnHost or ModelResidency.Registered or ModelResidency.Faulted;

    /// <summary>Returns the replica that is not on a device and is fastest to bring in.</summary>
    private static ScheduledModel? FindNext(ReplicaSet replicas, long now) => replicas.Members
        .Where(member => now >= member.RetryAt && IsAway(member))
        .OrderByDescending(static member => member.Residency == ModelResidency.OnHost)
        .FirstOrDefault();

    /// <summary>Returns true if a device has time for a replica, because no request waits there, and is large enough.</summary>
    private static bool IsFree(ScheduledDevice device, ScheduledModel next) =>
        device is { IsLost: false, IsWanted: false } && next.BytesOn(device) <= device.Memory.BudgetBytes;

    /// <summary>Returns the time to bring the replica in, and to reload the models that leave for it.</summary>
    private double Cost(ReplicaSet replicas, ScheduledModel next, ScheduledDevice device, long now)
    {
        var host = next.IsFreed ? CostOfRoom(state.Host, next.Footprint.HostBytes, now) : 0;
        return host + CostOfRoom(device.Memory, next.BytesOn(device), now) + TicksToBring(replicas, next, device);
    }

    private double CostOfRoom(MemoryBudget budget, long bytes, long now) =>
        bytes <= budget.FreeBytes ? 0 : evictions.CostOfRoom(budget, bytes - budget.FreeBytes, now);

    private static long TicksToBring(ReplicaSet replicas, ScheduledModel next, ScheduledDevice device)
    {
        var mustLoad = next.IsFreed || (next.MadeFor is { } made && made != device);
        var load = mustLoad ? replicas.Members.Max(static member => member.LoadTicks) : 0;
        return load + replicas.Members.Max(static member => member.MoveTicks);
    }

    /// <summary>Returns the expected wait that the replica saves, in ticks, summed over the requests.</summary>
    private double Saving(ReplicaSet replicas, ScheduledModel next, ScheduledDevice device, long now)
    {
        var at = replicas.Home.Device!;
        double before = replicas.Capacity, after = before + next.CapacityOn(device);

        // Before the first hold has ended, it is the best measurement.
        var hold = (double)Math.Max(at.Holds.Typical, at.LongestHold(now));
        var turns = replicas.Members.Sum(static member => member.Waiting.TurnsFrom(priority: 0));
        var left = hold == 0 ? 0 : Math.Max(0, turns - before * TicksToBring(replicas, next, device) / hold);

        // The n-th of the requests waits for n holds, divided by the number of holders at the same time.
        return hold * left * left / 2 * (1 / before - 1 / after) + replicas.WaitsAt(now, state.Policy) * (1 - before / after);
    }
}
