using SharedModels.Scheduling.Decisions;

namespace SharedModels.Scheduling;

/// <content>What becomes of models: the ends of steps that were begun.</content>
internal sealed partial class LeaseScheduler
{
    /// <summary>A load has ended: the model is in the host's memory and takes what <paramref name="footprint"/> says.</summary>
    public void Loaded(ScheduledModel model, ModelFootprint footprint, long now, bool isMutable = false)
    {
        ChargeHost(model, footprint.HostBytes);
        model.Residency = ModelResidency.OnHost;
        model.Footprint = footprint;
        model.IsMutable = isMutable;
        model.LoadTicks = now - model.StepStartedAt;
        model.MeasuredAt = now;
        model.Loads++;
        model.LastUsed = now;
        if (model is { RunsOnCpu: true, Device.FreeBytes: >= 0 })
            Arrive(model, now);
        Continue(model, now);
    }

    /// <summary>A load has failed: nothing of the model is left in memory.</summary>
    public void LoadFailed(ScheduledModel model, Exception cause, long now) => Fail(model, cause, now);

    /// <summary>A move to the device has ended.</summary>
    public void Moved(ScheduledModel model, long now)
    {
        model.MoveTicks = now - model.StepStartedAt;
        model.MeasuredAt = now;
        if (model.IsLost)
            model.Residency = ModelResidency.OnDevice;
        else
            Arrive(model, now);
        Continue(model, now);
    }

    /// <summary>A move to the device has failed: nothing of the model is there.</summary>
    public void MoveFailed(ScheduledModel model, Exception cause, long now, MoveFailure failure = MoveFailure.Model)
    {
        if (failure == MoveFailure.Hanging)
        {
            model.Device!.AbandonedBytes += model.DeviceCharge;
            model.Device.UsedBytes += model.DeviceCharge;
        }

        LeaveDevice(model);
        switch (failure)
        {
            case MoveFailure.OutOfMemory when !model.Device!.IsLost:
                RanOutOfMemory(model, cause, now);
                break;
            case MoveFailure.Model or MoveFailure.Hanging:
                Fail(model, cause, now);
                break;
            default:
                model.Residency = ModelResidency.OnHost;
                Continue(model, now);
                break;
        }
    }

    /// <summary>The code of a move that was given up has ended, and what it took of the device is free.</summary>
    public void AbandonedMoveEnded(ScheduledDevice device, long bytes, long now)
    {
        device.AbandonedBytes -= bytes;
        device.UsedBytes -= bytes;
        Dispatch(now);
        AssertInvariants();
    }

    /// <summary>
    /// A move off the device has failed. Nothing is left of a model that is constructed anew; one that was given as an object is still there, and tried
    /// again after the back-off, or freed by its disposal if the application stops. If the device is lost, that is the reason, and no fault of the model.
    /// </summary>
    public void EvictionFailed(ScheduledModel model, Exception cause, long now, bool isDeviceLost = false)
    {
        isDeviceLost |= model.IsLost || model.Device!.IsLost;
        if (model.Settings.CanReload && isDeviceLost)
        {
            // Whatever is left of it, its parameters can be loaded anew, on whichever device serves.
            LeaveDevice(model);
            Unload(model);
            Continue(model, now);
            return;
        }

        if (model.Settings.CanReload)
        {
            MoveFailed(model, cause, now);
            return;
        }

        if (IsShuttingDown || isDeviceLost)
        {
            Evicted(model, now);
            return;
        }

        model.Device!.LeavingBytes -= model.DeviceCharge;
        model.Residency = ModelResidency.OnDevice;
        GrantPreloads(model);
        BackOff(model, cause, now);
        Continue(model, now);
    }

    /// <summary>A move off the device has ended.</summary>
    public void Evicted(ScheduledModel model, long now)
    {
        LeaveDevice(model);
        model.Residency = ModelResidency.OnHost;
        if (model.LeavesHost)
            Unload(model);
        if (model is { IsWanted: true, Destination: { IsLost: false } destination })
            Reattach(model, destination);
        model.Destination = null;
        Continue(model, now);
    }

    /// <summary>The model has been freed.</summary>
    public void Unloaded(ScheduledModel model, long now)
    {
        LeaveHost(model);
        model.Residency = ModelResidency.Registered;
        Continue(model, now);
    }

    /// <summary>Frees what an idle model holds on its device; <see langword="false"/> if it is not on one, in use, or wanted.</summary>
    public bool TryEvict(ScheduledModel model, long now)
    {
        if (!model.IsIdle || !IsEvictable(model, now))
            return false;
        Evict(model, EvictionReason.Request);
        AssertInvariants();
        return true;
    }

    private static bool IsEvictable(ScheduledModel model, long now) =>
        model is { Residency: ModelResidency.OnDevice, Users: 0 }
        && (model.Settings.CanReload || !model.RunsOnCpu)
        && now >= model.RetryAt;

    /// <summary>After a step of the model's own: goes on with what its requests, or their absence, ask for.</summary>
    private void Continue(ScheduledModel model, long now)
    {
        Settle(model, now);
        if (model is { IsWanted: true, Device.IsLost: true })
            Reroute(model, now);
        Dispatch(now);
        AssertInvariants();
    }

    private void Evict(ScheduledModel model, EvictionReason reason)
    {
        model.EvictionReason = reason;
        var device = model.Device!;
        model.Residency = ModelResidency.Evicting;
        model.Evictions++;
        device.LeavingBytes += model.ChargeOn(device);
        Effect(new(model.RunsOnCpu ? SchedulerEffectKind.Unload : SchedulerEffectKind.Evict, model));
    }

    private void Unload(ScheduledModel model)
    {
        // A model that leaves its device for the host's sake is counted among those that leave the host already.
        if (_host is not null && !model.LeavesHost)
            _host.LeavingBytes += model.HostCharge;
        model.LeavesHost = true;
        model.Residency = ModelResidency.Unloading;
        Effect(new(SchedulerEffectKind.Unload, model));
    }

    private void Arrive(ScheduledModel model, long now)
    {
        model.Residency = ModelResidency.OnDevice;
        model.LastUsed = model.ArrivedAt = now;
        model.Failures = 0;
        model.RetryAt = 0;
        model.Error = null;
        model.Refusal = null;
        model.IsRetried = false;
        GrantPreloads(model);
    }

    private void GrantPreloads(ScheduledModel model)
    {
        while (model.Preloads.Any() is { } preload)
        {
            Dequeue(preload);
            Effect(new(SchedulerEffectKind.Grant, model, preload));
        }
    }

    private void ChargeHost(ScheduledModel model, long bytes)
    {
        if (_host is null)
            return;
        _host.UsedBytes += bytes - model.HostCharge;
        model.HostCharge = bytes;
    }

    private static void LeaveDevice(ScheduledModel model)
    {
        var device = model.Device!;
        device.UsedBytes -= model.DeviceCharge;
        if (model.Residency == ModelResidency.Evicting)
            device.LeavingBytes -= model.DeviceCharge;
        model.DeviceCharge = 0;
        model.IsLost = false;
    }

    private void LeaveHost(ScheduledModel model)
    {
        var wasLeaving = model.LeavesHost || (model.RunsOnCpu && model.Residency == ModelResidency.Evicting);
        if (_host is not null && wasLeaving)
            _host.LeavingBytes -= model.HostCharge;
        model.LeavesHost = false;
        ChargeHost(model, 0);
    }

    private void Fail(ScheduledModel model, Exception cause, long now)
    {
        LeaveHost(model);
        model.Residency = ModelResidency.Faulted;
        BackOff(model, cause, now);
        RefuseUntilRetry(model, new Refusal(RefusalReason.LoadFailed) { Device = model.Device!.Device, Cause = cause }, now);
        Continue(model, now);
    }

    /// <summary>The first time every idle model leaves the device, and the move is tried once more; the second time requests are refused.</summary>
    private void RanOutOfMemory(ScheduledModel model, Exception cause, long now)
    {
        var device = model.Device!;
        model.Residency = ModelResidency.OnHost;
        if (!model.IsRetried)
        {
            model.IsRetried = true;
            foreach (var idle in device.Models.Where(other => IsEvictable(other, now)).ToList())
                Evict(idle, EvictionReason.OutOfMemory);
        }
        else
        {
            model.IsRetried = false;
            BackOff(model, cause, now);
            RefuseUntilRetry(
                model,
                new Refusal(RefusalReason.OutOfMemory)
                {
                    Device = device.Device,
                    Cause = cause,
                    RequiredBytes = model.BytesOn(device),
                    BudgetBytes = device.BudgetBytes,
                    FreeBytes = device.FreeBytes,
                    HeldModels = HeldModels(device),
                },
                now);
        }

        Continue(model, now);
    }

    private void RefuseUntilRetry(ScheduledModel model, Refusal refusal, long now)
    {
        model.Refusal = refusal;
        RefuseAll(model, refusal with { RetryAfter = TimeSpan.FromTicks(model.RetryAt - now) }, now);
    }

    private void BackOff(ScheduledModel model, Exception cause, long now)
    {
        model.Failures++;
        model.Error = cause;
        model.RetryAt = Later(now, _policy.BackOff(model.Failures));
    }

    /// <summary>Frees an idle model that has been kept long enough, step by step; otherwise sees to it that this is looked at in time.</summary>
    private void Settle(ScheduledModel model, long now)
    {
        if (model.Users > 0)
            return;
        if (model is { IsLost: true, Residency: ModelResidency.OnDevice })
            LeaveLostDevice(model);
        if (model.Residency == ModelResidency.OnDevice && now < model.RetryAt)
            _deadlines.Set(model, model.RetryAt);
        if (model.IsReturning)
            ReturnFromFallback(model);
        if (model.IsWanted)
            return;
        model.IsRetried &= model.Residency == ModelResidency.Moving;
        var isOverdue = IsShuttingDown || now - model.LastUsed >= model.Settings.KeepAlive;
        switch (model.Residency)
        {
            case ModelResidency.OnDevice when isOverdue && (IsShuttingDown || IsEvictable(model, now)):
                Evict(model, IsShuttingDown ? EvictionReason.Shutdown : EvictionReason.KeepAlive);
                break;
            case ModelResidency.OnHost when IsShuttingDown || (model.Settings.CanReload && (isOverdue || model.RunsOnCpu)):
                Unload(model);
                break;
            case ModelResidency.OnDevice or ModelResidency.OnHost when !isOverdue && model.HeapIndex < 0 && model.Settings.KeepAlive != long.MaxValue:
                _deadlines.Set(model, Later(model.LastUsed, model.Settings.KeepAlive));
                break;
        }

        if (model.Residency is ModelResidency.Registered or ModelResidency.OnHost or ModelResidency.Faulted)
            Detach(model);
    }
}
