using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>Changes the state of models and their memory, and frees models that are no longer needed.</summary>
internal sealed class ModelLifecycle(SchedulerState state, WaitQueues queues)
{
    public void BeginLoad(ScheduledModel model, long now)
    {
        model.BeginLoad(now);
        state.Emit(new(SchedulerEffectKind.Load, model));
    }

    public void BeginMove(ScheduledModel model, long now)
    {
        model.BeginMove(now);
        state.Emit(new(SchedulerEffectKind.Move, model));
    }

    /// <summary>Makes a model that is on its device available for leases.</summary>
    public void Arrive(ScheduledModel model, long now)
    {
        model.Arrive(now);
        GrantPreloads(model);
    }

    public void Evict(ScheduledModel model, EvictionReason reason, long now)
    {
        model.BeginEviction(reason);
        if (model.RunsOnCpu)
            state.Host.BeginLeaving(model.HostMemory);
        else
            model.Device!.Memory.BeginLeaving(model.DeviceMemory);
        ExpectToLeave(model, now);
        state.Emit(new(model.RunsOnCpu ? SchedulerEffectKind.Unload : SchedulerEffectKind.Evict, model, Reason: reason));
    }

    /// <summary>Frees the memory that an idle model takes on its device and, optionally, in host memory.</summary>
    /// <returns>True if there was memory to free that can be freed now.</returns>
    public bool TryEvict(ScheduledModel model, bool freeHost, long now)
    {
        var leavesHost = freeHost && model.Settings.CanReload;
        if (leavesHost && model is { Residency: ModelResidency.Evicting, RunsOnCpu: false })
            PlanToLeaveHost(model);
        if (!model.IsIdle || !(EvictionPlanner.IsEvictable(model, now) || (leavesHost && model.Residency == ModelResidency.OnHost)))
            return false;
        model.EvictWhenIdle = model.FreeHostWhenIdle = false;
        if (leavesHost)
            EvictFrom(state.Host, model, EvictionReason.Request, now);
        else
            Evict(model, EvictionReason.Request, now);
        return true;
    }

    /// <summary>Evicts an idle model from its device, or unloads it from the host and therefore from its device as well.</summary>
    public void EvictFrom(MemoryBudget budget, ScheduledModel model, EvictionReason reason, long now)
    {
        if (model.Residency == ModelResidency.OnHost)
        {
            Unload(model, now);
            return;
        }

        if (budget.IsHost && !model.RunsOnCpu)
            PlanToLeaveHost(model);
        Evict(model, reason, now);
    }

    public void Unload(ScheduledModel model, long now)
    {
        state.Host.BeginLeaving(model.HostMemory);
        model.BeginUnload();
        ExpectToLeave(model, now);
        state.Emit(new(SchedulerEffectKind.Unload, model));
    }

    /// <summary>
    /// Handles an eviction or unload that takes unexpectedly long. Its bytes no longer count as leaving, so that other models are evicted
    /// instead.
    /// </summary>
    public void BeLate(ScheduledModel model)
    {
        model.IsLate = true;
        state.Host.EndLeaving(model.HostMemory);
        if (model.Device is { } device)
            device.Memory.EndLeaving(model.DeviceMemory);
    }

    /// <summary>Releases the device memory of a model that has been moved off its device.</summary>
    public static void LeaveDevice(ScheduledModel model)
    {
        model.Device!.Memory.Release(model.DeviceMemory);
        model.IsLost = false;
    }

    /// <summary>Schedules the unload of a model for when it is off its device.</summary>
    private void PlanToLeaveHost(ScheduledModel model)
    {
        model.LeavesHost = true;
        state.Host.BeginLeaving(model.HostMemory);
    }

    private void ExpectToLeave(ScheduledModel model, long now)
    {
        model.IsLate = false;
        state.Deadlines.Set(model, Ticks.After(now, model.LeaveTicks));
    }

    /// <summary>
    /// Releases the host memory of a model. The part that a loaded replica shares stays in memory, and counts as the replica's from now on.
    /// </summary>
    public void LeaveHost(ScheduledModel model)
    {
        var bytes = model.HostMemory.Bytes;
        state.Host.Release(model.HostMemory);
        if (model.Residency == ModelResidency.Loading || model.Replicas?.FindSharing(model) is not { } replica)
            return;
        var shared = Math.Max(0, bytes - replica.HostMemory.Bytes);
        replica.Remeasure(replica.Footprint with { HostBytes = replica.Footprint.HostBytes + shared });
        state.Host.Resize(replica.HostMemory, replica.HostMemory.Bytes + shared);
    }

    public void GrantPreloads(ScheduledModel model)
    {
        while (model.Preloads.Any() is { } preload)
        {
            state.Deadlines.Remove(preload);
            queues.Dequeue(preload);
            state.Emit(new(SchedulerEffectKind.Grant, model, preload));
        }
    }

    public void Attach(ScheduledModel model, ScheduledDevice device)
    {
        model.AttachTo(device);
        if (device == model.Settings.Fallback)
            state.Emit(new(SchedulerEffectKind.FallBack, model));
    }

    /// <summary>Reassigns a model that is not on a device, and the requests for it, to another device.</summary>
    public void Reattach(ScheduledModel model, ScheduledDevice other)
    {
        var device = model.Device!;
        model.IsRetried = model.IsReturning = false;
        model.Detach();
        Attach(model, other);
        device.CountWaiting();
        other.CountWaiting();
        state.Decisions++;
        state.NoteChange();
    }

    /// <summary>
    /// Reassigns a model on the CPU to an accelerator that is available again. Both use the host's copy, so nothing is moved.
    /// </summary>
    public void ReturnFromFallback(ScheduledModel model)
    {
        if (DeviceSelector.FindOther(model, mustHaveRoom: false) is not { } device)
        {
            model.IsReturning = false;
            return;
        }

        if (model.Residency == ModelResidency.Evicting)
            return;
        if (model.Residency == ModelResidency.OnDevice)
            model.ReturnToHost();
        Reattach(model, device);
    }

    /// <summary>
    /// Frees an idle model, step by step, if its keep-alive time has passed. Otherwise sets a deadline for the next check.
    /// </summary>
    public void ReconcileIdleModel(ScheduledModel model, long now)
    {
        if (model.Users > 0)
            return;
        if (model is { IsLost: true, Residency: ModelResidency.OnDevice })
            LeaveLostDevice(model, now);
        if (model.Residency == ModelResidency.OnDevice && now < model.RetryAt)
            state.Deadlines.Set(model, model.RetryAt);
        if (model.IsReturning)
            ReturnFromFallback(model);
        if (model.IsWanted)
            return;
        model.IsRetried &= model.Residency is ModelResidency.Moving or ModelResidency.Loading;
        if (model.EvictWhenIdle)
            TryEvict(model, model.FreeHostWhenIdle, now);

        var mayEvictLater = model.Residency is ModelResidency.Loading or ModelResidency.Moving
            || (model.Residency == ModelResidency.OnDevice && model.CanLeaveDevice);
        if (model.EvictWhenIdle && !mayEvictLater)
        {
            model.EvictWhenIdle = false;
            state.Emit(new(SchedulerEffectKind.EvictionEnded, model));
        }

        var isShuttingDown = state.IsShuttingDown || model.IsRemoved;
        var isOverdue = isShuttingDown || now - model.LastUsed >= model.Settings.KeepAlive;
        switch (model.Residency)
        {
            case ModelResidency.OnDevice when isOverdue
                && (state.IsShuttingDown || EvictionPlanner.IsEvictable(model, now) || (model.IsRemoved && !model.CanLeaveDevice)):
                Evict(
                    model,
                    state.IsShuttingDown ? EvictionReason.Shutdown : model.IsRemoved ? EvictionReason.Request : EvictionReason.KeepAlive,
                    now);
                break;
            case ModelResidency.OnHost when isShuttingDown || (model.Settings.CanReload && (isOverdue || model.RunsOnCpu)):
                Unload(model, now);
                break;
            case ModelResidency.OnDevice or ModelResidency.OnHost when !isOverdue
                && !model.IsScheduled
                && model.Settings.KeepAlive != long.MaxValue:
                state.Deadlines.Set(model, Ticks.After(model.LastUsed, model.Settings.KeepAlive));
                break;
        }

        if (model.Residency is ModelResidency.Registered or ModelResidency.OnHost or ModelResidency.Faulted)
            model.Detach();
    }

    /// <summary>Frees a model, or ends what waits for it to be idle, if the last of its requests has left the queue.</summary>
    public void NoteRequestLeft(ScheduledModel model, long now)
    {
        ReconcileIdleModel(model, now);

        // A new version has replaced the model, and its last request has gone before the model was loaded again for it.
        if (model is { IsRemoved: true, IsFreed: true, IsWanted: false })
            state.Emit(new(SchedulerEffectKind.EvictionEnded, model));
    }

    private void LeaveLostDevice(ScheduledModel model, long now)
    {
        // Changes made by use are lost, and the host's copy is out of date, so the parameters are loaded again.
        if (model.IsMutable && model.Settings.CanReload)
            PlanToLeaveHost(model);
        Evict(model, EvictionReason.DeviceLost, now);
    }
}
