using SharedModels.Scheduling.Deadlocks;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Replicas;

namespace SharedModels.Scheduling;

/// <summary>
/// Handles the consequences of an event: grants the requests that can be granted and starts the steps that other requests need, until
/// nothing is left to decide.
/// </summary>
internal sealed class Dispatcher(
    SchedulerState state,
    WaitQueues queues,
    ServiceOrder order,
    LeaseGranter granter,
    ModelPlacer placer,
    ModelLifecycle lifecycle,
    RequestRejector rejector,
    PreloadKeeper keeper,
    ReplicaRouter replicas,
    ReplicaPlanner planner,
    WaitGraph waits,
    SchedulerInvariants invariants)
{
    /// <summary>Serves all devices until nothing changes, because a change on one device can affect requests on another.</summary>
    public void Dispatch(long now)
    {
        long before;
        var rounds = 0;
        do
        {
            before = state.Decisions;
            SchedulerInvariants.AssertEnds(ref rounds);
            foreach (var device in state.Devices)
                placer.Trim(device, now);
            replicas.MoveAllHome(now);
            planner.Withdraw(now);
            foreach (var device in state.Devices)
                Serve(device, now);
        }
        while ((state.Decisions != before && queues.Count > 0) || BreakDeadlock(now) || keeper.Keep(now) || planner.Plan(now));
        SchedulerInvariants.Assert(!waits.HasCycle(now), "No deadlock", waits.DescribeAny(now));
        invariants.Check();
    }

    private void Serve(ScheduledDevice device, long now)
    {
        var rounds = 0;
        while (!device.IsLost && (device.IsWanted || replicas.IsWanted(device)))
        {
            SchedulerInvariants.AssertEnds(ref rounds);
            if (ServeHolders(device, now))
                continue;

            // If all wanted models are on the device and no slot is free, there is nothing left to do.
            if (device is { UnplacedModels: 0, HasFreeSlot: false } && queues.UrgentHolders.Count == 0)
                break;
            if (replicas.Choose(order.FindInTurn(device, now), device, now) is { } request)
                GrantInTurn(request, now);
            else if (device.UnplacedModels == 0 || !placer.PlaceInOrder(device, now))
                break;
        }

        invariants.CheckWorkConserving(device, now);
    }

    /// <summary>
    /// Serves holders of leases, on any device, before all other requests, because the models that they hold stay in use until they are
    /// served.
    /// </summary>
    private bool ServeHolders(ScheduledDevice device, long now)
    {
        if (queues.UrgentHolders.Count == 0)
            return false;
        var holders = state.Devices
            .SelectMany(static device => device.Slots.ToArray())
            .OfType<LeaseHolder>()
            .Where(static holder => holder.IsUrgent);
        foreach (var holder in holders)
        {
            replicas.Attract(holder, device, now);
            if (holder.FindWaitingOn(device, GrantRules.CanGrant) is { } request)
            {
                // Requests that must not be bypassed any more and can be granted still come first. Otherwise holders could starve them.
                if (order.IsBehindBarrier(request, now) && order.FindAtBound(device, now) is { } first)
                {
                    GrantInTurn(first, now);
                    return true;
                }

                order.CountBypasses(request, now, isOutOfTurn: true);
                granter.GrantWaiting(request, now);
                return true;
            }

            if (holder.FindWaitingOn(device, request => placer.FindBlockedByItself(request) is not null) is { } blocked)
            {
                ServeBlocked(blocked, holder, now);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Reassigns a model to another device, once, if models of the same holder take its memory. Rejects the request if there is no
    /// other device.
    /// </summary>
    private void ServeBlocked(LeaseRequest blocked, LeaseHolder holder, long now)
    {
        var (model, budget) = placer.FindBlockedByItself(blocked)!.Value;
        var mayMove = !model.WasRerouted && !model.IsBound && budget == model.Device!.Memory;
        if (mayMove && DeviceSelector.FindOther(model, mustHaveRoom: false, holder) is { } other)
        {
            model.WasRerouted = true;
            lifecycle.Reattach(model, other);
            return;
        }

        var needed = DeviceSelector.BytesNeeded(budget, blocked.Queue, holder);
        rejector.Reject(blocked, model, WaitEstimator.DescribeLackOfRoom(budget, needed, state.Policy), now);
    }

    private void GrantInTurn(LeaseRequest request, long now)
    {
        order.CountBypasses(request, now);
        granter.GrantWaiting(request, now);
    }

    /// <summary>Rejects the request that closed a deadlock cycle, if there is one.</summary>
    private bool BreakDeadlock(long now)
    {
        if (waits.FindCycle(now) is not [var youngest, ..] cycle)
            return false;
        var device = youngest.ScheduledModel.Device!;
        var rejection = new Rejection(RejectionReason.Deadlock)
        {
            Device = device.Device,
            QueueLength = device.QueueLength,
            Cycle = WaitGraph.Describe(cycle),
        };
        rejector.Reject(youngest, youngest.ScheduledModel, rejection, now);
        return true;
    }
}
