namespace SharedModels.Scheduling;

internal sealed partial class LeaseScheduler
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);

    /// <summary>A load has ended: the model is in the host's memory and takes what <paramref name="footprint"/> says.</summary>
    public void Loaded(ScheduledModel model, ModelFootprint footprint, long now)
    {
        Unreserve(model);
        model.Residency = ModelResidency.OnHost;
        model.Footprint = footprint;
        model.Loads++;
        model.LastUsed = now;
        if (model.Device!.Device.IsCpu)
            _ = TryPlace(model, model.Device, presses: false, now);
        Continue(model, now);
    }

    /// <summary>A load has failed: nothing of the model is left in memory.</summary>
    public void LoadFailed(ScheduledModel model, Exception cause, long now)
    {
        Unreserve(model);
        Fail(model, cause, now);
    }

    /// <summary>A move to the device has ended.</summary>
    public void Moved(ScheduledModel model, long now)
    {
        Arrive(model, now);
        Continue(model, now);
    }

    /// <summary>A move to the device has failed: nothing of the model is left there.</summary>
    public void MoveFailed(ScheduledModel model, Exception cause, long now)
    {
        Leave(model);
        Fail(model, cause, now);
    }

    /// <summary>
    /// A move off the device has failed. Nothing is left of a model that is constructed anew; one that was given as an object is still there, and tried
    /// again after the back-off, or freed by its disposal if the application stops.
    /// </summary>
    public void EvictionFailed(ScheduledModel model, Exception cause, long now)
    {
        if (model.Settings.CanReload)
        {
            MoveFailed(model, cause, now);
            return;
        }

        if (IsShuttingDown)
        {
            Evicted(model, now);
            return;
        }

        model.Device!.LeavingBytes -= model.BytesOn(model.Device);
        model.Residency = ModelResidency.OnDevice;
        BackOff(model, cause, now);
        Continue(model, now);
    }

    /// <summary>A move off the device has ended.</summary>
    public void Evicted(ScheduledModel model, long now)
    {
        Leave(model);
        model.Residency = ModelResidency.OnHost;
        Continue(model, now);
    }

    /// <summary>The model has been freed.</summary>
    public void Unloaded(ScheduledModel model, long now)
    {
        if (model.IsPlaced)
            Leave(model);
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
        model is { Residency: ModelResidency.OnDevice, Users: 0, Device: { } device }
        && (model.Settings.CanReload || !device.Device.IsCpu)
        && (model.Error is null || now >= model.RetryAt);

    /// <summary>After a step of the model's own: goes on with what its requests, or their absence, ask for.</summary>
    private void Continue(ScheduledModel model, long now)
    {
        var device = model.Device;
        Settle(model, now);
        if (device is not null)
            Dispatch(device, now);
        AssertInvariants();
    }

    private void StartLoad(ScheduledModel model, long now)
    {
        model.Residency = ModelResidency.Loading;
        model.StepStartedAt = now;
        _effects.Add(new(SchedulerEffectKind.Load, model));
    }

    /// <summary>Gives the model its bytes of the device, or makes room for it; <see langword="true"/> if anything about the requests changed.</summary>
    private bool TryPlace(ScheduledModel model, ScheduledDevice device, bool presses, long now)
    {
        var bytes = model.BytesOn(device);
        var permanent = device.BytesFixedFor(holder: null);
        if (bytes + permanent > device.BudgetBytes)
        {
            if (!TryReattach(model, device, now))
                RefuseAll(model, NeverFits(model, device, permanent), now);
            return true;
        }

        var missing = bytes - (device.BudgetBytes - device.UsedBytes);
        if (missing > 0)
        {
            MakeRoom(model, device, missing - device.LeavingBytes, presses, now);
            return false;
        }

        device.UsedBytes += bytes;
        if (model.Residency != ModelResidency.OnHost)
        {
            model.IsReserved = true;
            StartLoad(model, now);
            return true;
        }

        model.Residency = ModelResidency.Moving;
        if (device.Device.IsCpu)
        {
            Arrive(model, now);
        }
        else
        {
            model.StepStartedAt = now;
            _effects.Add(new(SchedulerEffectKind.Move, model));
        }

        return true;
    }

    /// <summary>Takes a model whose size has become known, and that is too large for its device, to one on which it fits.</summary>
    private bool TryReattach(ScheduledModel model, ScheduledDevice device, long now)
    {
        var other = model.Settings.Candidates.FirstOrDefault(candidate => model.BytesOn(candidate) + candidate.BytesFixedFor(holder: null) <= candidate.BudgetBytes);
        if (other is null || model.Residency != ModelResidency.OnHost)
            return false;
        device.Models.Remove(model);
        other.Models.Add(model);
        model.Device = other;
        device.QueueLength -= model.Waiting.Count;
        other.QueueLength += model.Waiting.Count;
        device.PreloadCount -= model.Preloads.Count;
        other.PreloadCount += model.Preloads.Count;
        device.CountWaitingWithSlot();
        other.CountWaitingWithSlot();
        Serve(other, now);
        return true;
    }

    private static void Unreserve(ScheduledModel model)
    {
        if (model.IsReserved)
            model.Device!.UsedBytes -= model.BytesOn(model.Device);
        model.IsReserved = false;
    }

    /// <summary>
    /// Evicts idle models if they are enough: those that nobody wants, the cheapest to bring back per byte first, and for a request that presses also
    /// those that are served later, the latest first.
    /// </summary>
    private void MakeRoom(ScheduledModel wanted, ScheduledDevice device, long missing, bool presses, long now)
    {
        if (missing <= 0)
            return;
        var victims = device.Models
            .Where(model => IsEvictable(model, now) && (!model.IsWanted || (presses && model.Rank > wanted.Rank)))
            .OrderByDescending(static model => model.IsWanted ? model.Rank : int.MaxValue)
            .ThenBy(model => ReloadCost(model, device, now))
            .ThenBy(static model => model.LastUsed)
            .ThenBy(static model => model.Id, StringComparer.Ordinal)
            .ToList();
        var surplus = victims.Sum(model => model.BytesOn(device)) - missing;
        if (surplus < 0)
            return;

        // From the most worth keeping on: spare every model without which there is still room.
        for (var i = victims.Count - 1; i >= 0; i--)
        {
            if (victims[i].BytesOn(device) <= surplus)
                surplus -= victims[i].BytesOn(device);
            else
                Evict(victims[i], EvictionReason.Room);
        }
    }

    /// <summary>What it will cost to have evicted a model, per byte that it frees: how likely it is wanted again, times how long it takes to bring back.</summary>
    private double ReloadCost(ScheduledModel model, ScheduledDevice device, long now) =>
        model.Popularity.At(now, policy.PopularityHalfLife) * model.ReloadTicks / Math.Max(1, model.BytesOn(device));

    private void Evict(ScheduledModel model, EvictionReason reason)
    {
        model.EvictionReason = reason;
        var device = model.Device!;
        model.Residency = ModelResidency.Evicting;
        model.Evictions++;
        device.LeavingBytes += model.BytesOn(device);
        _effects.Add(new(device.Device.IsCpu ? SchedulerEffectKind.Unload : SchedulerEffectKind.Evict, model));
    }

    private void Arrive(ScheduledModel model, long now)
    {
        model.Residency = ModelResidency.OnDevice;
        model.LastUsed = now;
        model.ReloadTicks = now - model.StepStartedAt;
        model.Failures = 0;
        model.Error = null;
        while (model.Preloads.Head is { } preload)
        {
            Dequeue(preload, model.Device!);
            _effects.Add(new(SchedulerEffectKind.Grant, model, preload));
        }
    }

    private static void Leave(ScheduledModel model)
    {
        var bytes = model.BytesOn(model.Device!);
        model.Device!.UsedBytes -= bytes;
        if (model.Residency == ModelResidency.Evicting)
            model.Device.LeavingBytes -= bytes;
    }

    private void Fail(ScheduledModel model, Exception cause, long now)
    {
        model.Residency = ModelResidency.Faulted;
        BackOff(model, cause, now);
        RefuseAll(model, new Refusal(RefusalReason.LoadFailed)
        {
            Device = model.Device!.Device,
            Cause = cause,
            RetryAfter = TimeSpan.FromTicks(model.RetryAt - now),
        }, now);
        Continue(model, now);
    }

    private static void BackOff(ScheduledModel model, Exception cause, long now)
    {
        var backOff = FirstBackOff * Math.Pow(2, Math.Min(model.Failures, 30));
        model.Failures++;
        model.Error = cause;
        model.RetryAt = now + Math.Min(backOff.Ticks, LongestBackOff.Ticks);
    }

    /// <summary>Frees an idle model that has been kept long enough, step by step; otherwise sees to it that this is looked at in time.</summary>
    private void Settle(ScheduledModel model, long now)
    {
        if (!model.IsIdle)
            return;
        var isOverdue = IsShuttingDown || now - model.LastUsed >= model.Settings.KeepAlive;
        switch (model.Residency)
        {
            case ModelResidency.OnDevice when isOverdue && (IsShuttingDown || IsEvictable(model, now)):
                Evict(model, IsShuttingDown ? EvictionReason.Shutdown : EvictionReason.KeepAlive);
                break;
            case ModelResidency.OnHost when IsShuttingDown || (model.Settings.CanReload && (isOverdue || model.Device?.Device.IsCpu == true)):
                model.Residency = ModelResidency.Unloading;
                _effects.Add(new(SchedulerEffectKind.Unload, model));
                break;
            case ModelResidency.OnDevice or ModelResidency.OnHost when !isOverdue && model.HeapIndex < 0 && model.Settings.KeepAlive != long.MaxValue:
                _deadlines.Set(model, Later(model.LastUsed, model.Settings.KeepAlive));
                break;
        }

        if (model.Residency is ModelResidency.Registered or ModelResidency.OnHost or ModelResidency.Faulted)
        {
            model.Device?.Models.Remove(model);
            model.Device = null;
        }
    }
}
