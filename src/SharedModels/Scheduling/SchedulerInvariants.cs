using System.Diagnostics;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling;

/// <summary>The scheduler's guarantees in code. Debug builds check them after every event.</summary>
internal sealed class SchedulerInvariants(SchedulerState state, ServiceOrder order)
{
    /// <summary>Throws if a guarantee is violated.</summary>
    /// <exception cref="InvalidOperationException">A guarantee is violated.</exception>
    [Conditional("DEBUG")]
    public void Check()
    {
        foreach (var device in state.Devices)
        {
            Check(device.Memory);
            Check(device);
        }

        foreach (var model in state.Models)
        {
            var isWanted = model.IsWanted;
            var pending = model.Queues.Sum(static queue => queue.Count);
            Assert(
                model.Users == 0 || model.Residency == ModelResidency.OnDevice,
                "No eviction while in use",
                $"'{model.Id}' is in use and {model.Residency}");
            Assert(!state.IsShuttingDown || !isWanted, "Every wait completes", $"a request for '{model.Id}' waits in a shutdown");
            Assert(!isWanted || model.Device is not null, "Every wait completes", $"a request for '{model.Id}' waits on no device");
            Assert(model.PendingRequests == pending, "Queue", $"the pending requests for '{model.Id}' are miscounted");
            Assert(
                !model.IsFreed || model is { HostMemory.Bytes: 0, DeviceMemory.Bytes: 0 },
                "Budget",
                $"'{model.Id}' is freed but has memory");
            Assert(
                !isWanted || model.Device is not { IsLost: true } || model.IsBound,
                "Every wait completes",
                $"a request for '{model.Id}' waits on a lost device");
        }
    }

    /// <summary>Checks after a dispatch that no waiting request can be granted without exceeding the bypass limits.</summary>
    [Conditional("DEBUG")]
    public void CheckWorkConserving(ScheduledDevice device, long now)
    {
        var bound = Math.Max(state.Policy.MaxBypass, state.Policy.MaxBypassUnderLoad);
        foreach (var queue in device.Queues.Where(static queue => !queue.IsPreload))
        {
            for (var priority = 0; priority < WaitQueue.Priorities; priority++)
            {
                if (queue.Head(priority) is not { } head || !GrantRules.CanGrant(head))
                    continue;
                var isBehind = order.IsBehindBarrier(head, now);
                Assert(isBehind, "Work-conserving", $"the oldest request for '{queue.Names}' waits although it could be granted");
                Assert(
                    isBehind || queue.BypassesOfHead(priority) <= bound,
                    "No starvation",
                    $"a request for '{queue.Names}' was bypassed too often");
            }
        }

        foreach (var replica in device.Models.Where(static model => model.Replicas is not null))
        {
            var idleFor = replica.Replicas!.Members
                .SelectMany(static member => member.Waiting.Heads)
                .FirstOrDefault(head => GrantRules.CanGrantOn(replica, head) && !order.IsBehindBarrierOn(device, head, now));
            Assert(idleFor is null, "Work-conserving", $"a request for '{replica.Id}' waits although {device.Device} has a replica for it");
        }
    }

    /// <summary>Checks that the decisions of one event come to an end.</summary>
    [Conditional("DEBUG")]
    public static void AssertEnds(ref int rounds) => Assert(++rounds < 10_000, "Every wait completes", "decisions undo each other");

    [Conditional("DEBUG")]
    public static void Assert(bool condition, string invariant, string message)
    {
        if (!condition)
            throw new InvalidOperationException(
                $"The lease scheduler violated its guarantee '{invariant}': {message}. Please report this error.");
    }

    private void Check(MemoryBudget budget)
    {
        var reserved = state.Models.Sum(model => model.ReservedIn(budget));
        var working = budget.Devices
            .Where(device => device.Memory == budget)
            .Sum(static device => device.Models.Sum(
                static model => (model.Users + model.CompanionInputs) * model.Footprint.WorkingBytes));
        var leaving = state.Models.Sum(model =>
            budget.IsHost ? LeavingBytes(model.HostMemory) : model.Device?.Memory == budget ? LeavingBytes(model.DeviceMemory) : 0);
        Assert(budget.UsedBytes == reserved + working + budget.AbandonedBytes, "Budget", $"the used bytes of {budget.Device} are wrong");
        Assert(budget.WorkingBytes == working, "Budget", $"the working bytes of {budget.Device} are wrong");
        Assert(budget.LeavingBytes == leaving, "Budget", $"the leaving bytes of {budget.Device} are wrong");

        static long LeavingBytes(MemoryReservation reservation) => reservation.IsLeaving ? reservation.Bytes : 0;
    }

    private static void Check(ScheduledDevice device)
    {
        var name = device.Device;
        var queues = device.Queues.ToList();
        Assert(
            device.QueueLength == queues.Sum(static queue => queue.IsPreload ? 0 : queue.Count),
            "Queue",
            $"the queue of {name} is miscounted");
        Assert(
            device.PreloadCount == queues.Sum(static queue => queue.IsPreload ? queue.Count : 0),
            "Queue",
            $"the preloads of {name} are miscounted");
        var heads = Enumerable.Range(0, WaitQueue.Priorities).SelectMany(priority => device.Heads[priority].ToArray()).ToList();
        Assert(heads.ToHashSet().SetEquals(queues.SelectMany(static queue => queue.Heads)), "Queue", $"the heads of {name} are wrong");
        Assert(
            heads.SequenceEqual(heads.OrderBy(static head => head.Priority).ThenBy(static head => head.Sequence)),
            "Queue",
            $"the heads of {name} are out of order");
        Assert(
            device.UnplacedModels == device.Models.Count(static model => model.IsUnplaced),
            "Queue",
            $"the unplaced models of {name} are miscounted");
        foreach (var holder in device.Slots)
            Assert(holder is null || holder.HoldsOn(device), "Exclusive", $"a holder without a lease has a slot on {name}");
        Assert(device.Models.TrueForAll(model => model.Device == device), "Queue", $"{name} lists models that are elsewhere");
    }
}
