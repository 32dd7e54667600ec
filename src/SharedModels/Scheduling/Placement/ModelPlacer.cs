using System.Diagnostics;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Placement;

/// <summary>Starts the next steps of the models that requests wait for, and makes room for them.</summary>
internal sealed class ModelPlacer(
    SchedulerState state,
    ServiceOrder order,
    EvictionPlanner evictions,
    ModelLifecycle lifecycle,
    RequestRejector rejector)
{
    /// <summary>Starts the next step of a wanted model, in the order of service.</summary>
    /// <returns>True if anything changed.</returns>
    public bool PlaceInOrder(ScheduledDevice device, long now)
    {
        if (!device.Memory.IsHost)
            device.Memory.DropClaim();
        order.ListWanted(device, now);
        for (var i = 0; i < device.Wanted.Count; i++)
        {
            var queue = device.Wanted[i];
            var mayPreempt = order.MayPreempt(queue, device, now);
            foreach (var model in queue.Models)
            {
                if (model.Device == device && TryPlace(model, queue, mayPreempt, now))
                    return true;
            }

            var needsBytes = !queue.IsPreload && GrantRules.LacksOnlyBytes(queue.Next!) && !order.IsBehindBarrier(queue.Next!, now);
            if (needsBytes && WantWorkingBytes(queue, mayPreempt, now))
                return true;
        }

        return false;
    }

    /// <summary>Evicts idle models from a memory that is over its budget.</summary>
    public void Trim(ScheduledDevice device, long now)
    {
        var budget = device.Memory;
        if (budget.IsOverBudget)
            MakeRoom(budget, budget.UsedBytes - budget.LeavingBytes - budget.BudgetBytes, queue: null, mayPreempt: true, now);
    }

    /// <summary>
    /// Evicts idle models that nobody wants for the inputs that are waiting, so that the next batch of their model can be larger.
    /// </summary>
    public void MakeRoomForInputs(WaitQueue queue, long now)
    {
        var (model, memory) = (queue.Models[0], queue.Models[0].Device!.Memory);
        var inputs = Math.Min(queue.Count, model.Batches.LimitOf(model.Settings));
        while (inputs > 0 && !MakeRoom(memory, inputs * model.Footprint.WorkingBytes - memory.LeavingBytes, queue, mayPreempt: false, now))
            inputs /= 2;
    }

    /// <summary>
    /// Returns the model that the request can never get, and its budget, because the models of the same holder take the memory that it
    /// needs.
    /// </summary>
    public (ScheduledModel Model, MemoryBudget Budget)? FindBlockedByItself(LeaseRequest request)
    {
        foreach (var model in request.Queue.Models)
        {
            var needsHost = model.IsFreed && model.Footprint.HostBytes > 0;
            if (needsHost && DeviceSelector.BytesNeeded(state.Host, request.Queue, request.Holder) > state.Host.BudgetBytes)
                return (model, state.Host);
            var budget = model.Device!.Memory;
            var isHere = model.Residency == ModelResidency.OnDevice && GrantRules.MissingWorkingBytes(request, model.Device) > 0;
            var needsDevice = needsHost || model.Residency == ModelResidency.OnHost || isHere;
            if (needsDevice && DeviceSelector.BytesNeeded(budget, request.Queue, request.Holder) > budget.BudgetBytes)
                return (model, budget);
        }

        return null;
    }

    /// <summary>Makes room for the working memory of a queue's next request, on every device that it wants.</summary>
    /// <returns>True if the request can never fit, so that something changed.</returns>
    private bool WantWorkingBytes(WaitQueue queue, bool mayPreempt, long now)
    {
        foreach (var model in queue.Models)
        {
            if (EnsureFit(model, model.Device!.Memory, queue, now) is { } changed)
                return changed;
        }

        // Claim the memory even where enough is free: others must not take it while the request waits for memory of another device.
        foreach (var model in queue.Models)
            Want(model.Device!.Memory, GrantRules.MissingWorkingBytes(queue.Next!, model.Device!), queue, mayPreempt, now);

        return false;
    }

    private bool TryPlace(ScheduledModel model, WaitQueue queue, bool mayPreempt, long now) => model.Residency switch
    {
        ModelResidency.Registered or ModelResidency.Faulted => TryLoad(model, queue, mayPreempt, now),
        ModelResidency.OnHost when model.IsMadeForOther => Reload(model, now),
        ModelResidency.OnHost when model.RunsOnCpu => TryArriveOnCpu(model, queue, now),
        ModelResidency.OnHost => TryMove(model, queue, mayPreempt, now),
        _ => false,
    };

    /// <summary>Unloads a model that was made for another device, so that it is loaded for its device.</summary>
    private bool Reload(ScheduledModel model, long now)
    {
        lifecycle.Unload(model, now);
        return true;
    }

    private bool TryLoad(ScheduledModel model, WaitQueue queue, bool mayPreempt, long now)
    {
        var bytes = model.Footprint.HostBytes;
        if (model.IsRetried && IsLeaving(state.Host, queue, now))
            return false;
        if (bytes > 0)
        {
            if (EnsureFit(model, state.Host, queue, now) is { } changed)
                return changed;
            if (!IsRoomFor(model, bytes, state.Host, queue, mayPreempt, now))
                return false;
            Reserve(state.Host, model.HostMemory, bytes);
        }

        lifecycle.BeginLoad(model, now);
        return true;
    }

    /// <summary>
    /// Makes a model on the CPU available. If it turned out larger than the free memory, waits until the host, which is trimmed meanwhile,
    /// has room.
    /// </summary>
    private bool TryArriveOnCpu(ScheduledModel model, WaitQueue queue, long now)
    {
        if (EnsureFit(model, state.Host, queue, now) is { } changed)
            return changed;
        if (state.Host.FreeBytes < 0)
            return false;
        lifecycle.Arrive(model, now);
        return true;
    }

    private bool TryMove(ScheduledModel model, WaitQueue queue, bool mayPreempt, long now)
    {
        var device = model.Device!;
        var budget = device.Memory;
        if ((EnsureFit(model, budget, queue, now) ?? EnsureFit(model, state.Host, queue, now)) is { } changed)
            return changed;
        if (model.IsRetried && IsLeaving(budget, queue, now))
            return false;

        var bytes = model.Footprint.DeviceBytes;
        if (bytes > budget.FreeBytes && DeviceSelector.FindOther(model, mustHaveRoom: true) is { } other)
        {
            lifecycle.Reattach(model, other);
            return true;
        }

        if (!IsRoomFor(model, bytes, budget, queue, mayPreempt, now))
            return false;
        Reserve(budget, model.DeviceMemory, bytes);
        lifecycle.BeginMove(model, now);
        return true;
    }

    /// <summary>Returns true if a step that ran out of memory has to wait for models that are leaving.</summary>
    private bool IsLeaving(MemoryBudget budget, WaitQueue queue, long now)
    {
        if (!budget.Models.Any(static other => other.Residency is ModelResidency.Evicting or ModelResidency.Unloading && !other.IsLate))
            return false;
        if (!IsClaimedBefore(budget, queue, now))
            budget.ClaimFor(queue, 0);
        return true;
    }

    private static void Reserve(MemoryBudget budget, MemoryReservation reservation, long bytes)
    {
        var isReserved = budget.TryReserve(reservation, bytes);
        Debug.Assert(isReserved, $"Room for {bytes} bytes on {budget.Device} was found, but {budget.FreeBytes} bytes are free.");
    }

    /// <summary>
    /// Returns true if the bytes, and the working memory of the model, are free. Otherwise makes room as far as possible.
    /// </summary>
    private bool IsRoomFor(ScheduledModel model, long bytes, MemoryBudget budget, WaitQueue queue, bool mayPreempt, long now)
    {
        // The working memory of the present holders is free again when it is the model's turn.
        var working = model.Device!.Memory == budget ? Math.Max(0, model.Footprint.WorkingBytes - budget.WorkingBytes) : 0;
        var missing = bytes + working - budget.FreeBytes;
        if (missing <= 0)
        {
            // A claim that waits for holders must not keep those holders waiting.
            var isClaimWaiting = budget.LeavingBytes == 0 && budget.FreeBytes < budget.ClaimedFreeBytes;
            return (queue.IsUrgent && isClaimWaiting) || !IsClaimedBefore(budget, queue, now);
        }

        Want(budget, missing, queue, mayPreempt, now);
        return false;
    }

    private void Want(MemoryBudget budget, long missing, WaitQueue queue, bool mayPreempt, long now)
    {
        if (IsClaimedBefore(budget, queue, now))
            return;
        MakeRoom(budget, missing - budget.LeavingBytes, queue, mayPreempt, now);

        // Room that is being made must not go to other queues either. Otherwise models would evict each other endlessly.
        if (mayPreempt || missing <= budget.LeavingBytes)
            budget.ClaimFor(queue, missing);
    }

    /// <summary>Returns true if an earlier queue waits for room in the same memory.</summary>
    private bool IsClaimedBefore(MemoryBudget budget, WaitQueue queue, long now)
    {
        if (budget.Claim is not { Count: > 0 } claim || (budget.IsHost && !NeedsHostRoom(claim)))
            return false;
        claim.Refresh(now, state.Policy.PriorityAging);
        return ServiceOrder.Compare(claim, queue) < 0;
    }

    private static bool NeedsHostRoom(WaitQueue queue)
    {
        foreach (var model in queue.Models)
        {
            if (model.IsFreed || (model.RunsOnCpu && (model.Residency == ModelResidency.OnHost || LacksBytesOn(model.Device!))))
                return true;
        }

        return false;

        bool LacksBytesOn(ScheduledDevice device) =>
            queue.Any() is { } request && GrantRules.LacksOnlyBytes(request) && GrantRules.MissingWorkingBytes(request, device) > 0;
    }

    /// <summary>
    /// Ensures that requests do not wait for models that do not fit together. One of the models is reassigned to another device that is
    /// large enough, once it is idle. Otherwise the requests are rejected.
    /// </summary>
    /// <returns>True if anything changed, or <see langword="null"/> if the models fit.</returns>
    private bool? EnsureFit(ScheduledModel model, MemoryBudget budget, WaitQueue queue, long now)
    {
        var needed = DeviceSelector.BytesNeeded(budget, queue, holder: null);
        if (needed <= budget.BudgetBytes)
            return null;
        foreach (var member in queue.Models)
        {
            if (member.Device?.Memory != budget || DeviceSelector.FindOther(member, mustHaveRoom: false) is not { } other)
                continue;
            if (!member.IsBound)
                lifecycle.Reattach(member, other);
            else if (EvictionPlanner.IsEvictable(member, now))
                SendTo(other, member, now);
            else
                return false;
            return true;
        }

        while (queue.Any() is { } request)
            rejector.Reject(request, model, WaitEstimator.DescribeLackOfRoom(budget, needed, state.Policy), now);
        return true;
    }

    private void SendTo(ScheduledDevice other, ScheduledModel model, long now)
    {
        model.Destination = other;
        lifecycle.Evict(model, EvictionReason.Room, now);
    }

    /// <returns>False if there is not enough to evict.</returns>
    private bool MakeRoom(MemoryBudget budget, long missing, WaitQueue? queue, bool mayPreempt, long now)
    {
        if (missing <= 0)
            return true;
        foreach (var device in budget.Devices)
            order.ListWanted(device, now);
        var victims = evictions.ChooseVictims(budget, missing, queue, mayPreempt, now);
        foreach (var victim in victims ?? [])
            lifecycle.EvictFrom(budget, victim, EvictionReason.Room, now);
        return victims is not null;
    }
}
