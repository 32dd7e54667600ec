using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>Takes models from one state to the next, with their memory, and frees those that nobody needs any more.</summary>
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

    /// <summary>The model is on its device and can be leased.</summary>
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

    /// <summary>Frees what an idle model has on its device, and in the host's memory if wanted.</summary>
    /// <returns>Whether there was anything to free that can be freed now.</returns>
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

    /// <summary>Has an idle model leave a memory: its device, or the host and so its device as well.</summary>
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
    /// An eviction or unload takes unexpectedly long: its bytes do not count as leaving any more, so that others leave in its place.
    /// </summary>
    public void BeLate(ScheduledModel model)
    {
        model.IsLate = true;
        state.Host.EndLeaving(model.HostMemory);
        if (model.Device is { } device)
            device.Memory.EndLeaving(model.DeviceMemory);
    }

    /// <summary>The model has nothing on its device any more.</summary>
    public static void LeaveDevice(ScheduledModel model)
    {
        model.Device!.Memory.Release(model.DeviceMemory);
        model.IsLost = false;
    }

    /// <summary>The model is unloaded once it is off its device.</summary>
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

    /// <summary>The model has nothing in the host's memory any more.</summary>
    public void LeaveHost(ScheduledModel model) => state.Host.Release(model.HostMemory);

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

    /// <summary>Takes a model that is on no device, with the requests for it, from one device to another.</summary>
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
    /// Lets a model on the CPU go back to an accelerator that serves again; both work on the host's copy, so nothing is moved.
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
    /// Frees an idle model that has been kept long enough, step by step; otherwise sees to it that this is looked at in time.
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

    private void LeaveLostDevice(ScheduledModel model, long now)
    {
        // What use has changed is gone: the host's copy is not what the parameters were, so they are loaded again.
        if (model.IsMutable && model.Settings.CanReload)
            PlanToLeaveHost(model);
        Evict(model, EvictionReason.DeviceLost, now);
    }
}
