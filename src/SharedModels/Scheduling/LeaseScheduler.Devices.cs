using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <content>Which device a model goes to, and what happens when one is lost.</content>
internal sealed partial class LeaseScheduler
{
    /// <summary>
    /// A device does not work any more: its holders are told, its models leave it when their holders do, and who waits goes to another device or is
    /// refused. The device is probed until it works again.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="cause">What is known of the cause.</param>
    /// <param name="now">The time in ticks.</param>
    /// <param name="generation">The <see cref="ScheduledDevice.Generation"/> that this was seen in; that of an earlier one is no news.</param>
    public void DeviceLost(ScheduledDevice device, Exception cause, long now, int? generation = null)
    {
        if (device.IsLost || device == _host || (generation ?? device.Generation) != device.Generation)
            return;
        PutOutOfService(device, cause, now);
        Effect(new(SchedulerEffectKind.ReportLoss, Device: device));
        foreach (var lease in device.Slots.ToArray().SelectMany(static holder => holder?.Granted ?? []).Where(lease => lease.ScheduledModel.Device == device).ToList())
        {
            Effect(new(SchedulerEffectKind.Lose, lease.ScheduledModel, lease));

            // It would wait for itself to give the model back.
            foreach (var wait in lease.Holder.WaitingRequests.Where(wait => wait.Line.Models.Contains(lease.ScheduledModel)).ToList())
                Refuse(wait, lease.ScheduledModel, DescribeLoss(lease.ScheduledModel, now), now);
        }

        foreach (var model in device.Models.ToList())
        {
            if (model.Device != device)
                continue;
            model.IsLost = IsBoundTo(model);
            Settle(model, now);
        }

        // Those of devices that were lost before, too: they were to come here.
        foreach (var model in _models)
        {
            if (model is { IsWanted: true, Device.IsLost: true })
                Reroute(model, now);
        }

        Dispatch(now);
        AssertInvariants();
    }

    /// <summary>A lost device was probed: it works again, unless there is a cause why not.</summary>
    public void Probed(ScheduledDevice device, Exception? cause, long now)
    {
        if (!device.IsLost)
            return;
        if (cause is not null)
        {
            PutOutOfService(device, cause, now);
            return;
        }

        device.Error = null;
        device.Failures = 0;
        device.Generation++;
        foreach (var model in _models.Where(model => model.Device is { } fallback && fallback == model.Settings.Fallback && model.Settings.Candidates.Contains(device)))
        {
            model.IsReturning = true;
            Settle(model, now);
        }

        Dispatch(now);
        AssertInvariants();
    }

    private void PutOutOfService(ScheduledDevice device, Exception cause, long now)
    {
        device.Error = cause;
        device.Failures++;
        device.RetryAt = Later(now, _policy.BackOff(device.Failures));
        if (!IsShuttingDown)
            _deadlines.Set(device.Probe, device.RetryAt);
    }

    /// <summary>Gives the model a device, unless it has one that serves; <see langword="false"/> if there is none.</summary>
    private bool TryAttach(ScheduledModel model, long now)
    {
        if (model.Device is { } fallback && fallback == model.Settings.Fallback && model.Users == 0)
            ReturnFromFallback(model);
        if (model.Device is { IsLost: false })
            return true;
        if (ChooseDevice(model, now) is not { } device)
            return false;

        // A model that is still on a lost device goes elsewhere as soon as it has left that.
        if (model.Device is null)
            Attach(model, device);
        else if (!IsBoundTo(model))
            Reattach(model, device);
        return true;
    }

    /// <summary>
    /// Chooses among the devices that serve and are large enough the one with room and the shortest queue; if none has room, the one whose victims cost
    /// least. The CPU steps in where it may.
    /// </summary>
    private ScheduledDevice? ChooseDevice(ScheduledModel model, long now)
    {
        var candidates = model.Settings.Candidates;
        if (candidates is [{ IsLost: false } only] && model.Settings.Fallback is null)
            return only;
        var serving = candidates.Where(static device => !device.IsLost).ToList();
        return serving.Where(device => model.BytesOn(device) <= device.BudgetBytes).MinBy(device =>
        {
            var missing = model.ParameterBytesOn(device) - device.FreeBytes;
            return (missing > 0, missing > 0 ? CostOfRoom(device, missing, now) : 0, device.QueueLength, -device.FreeBytes);
        })
        ?? model.Settings.Fallback
        ?? serving.FirstOrDefault();
    }

    /// <summary>How many ticks, as far as can be told, bringing back those will cost that would have to leave.</summary>
    private double CostOfRoom(ScheduledDevice device, long missing, long now) =>
        ChooseVictims(device, missing - device.LeavingBytes, line: null, presses: false, now)?.Sum(victim => ReloadCostPerByte(victim, device, now) * victim.ChargeOn(device))
        ?? double.MaxValue;

    private void Attach(ScheduledModel model, ScheduledDevice device)
    {
        model.Device = device;
        device.Models.Add(model);
        if (device == model.Settings.Fallback)
            Effect(new(SchedulerEffectKind.FallBack, model));
    }

    private static void Detach(ScheduledModel model)
    {
        model.Device?.Models.Remove(model);
        model.Device = null;
    }

    /// <summary>Takes a model that is on no device, with those who wait for it, from one to another.</summary>
    private void Reattach(ScheduledModel model, ScheduledDevice other)
    {
        var device = model.Device!;
        model.IsRetried = model.IsReturning = false;
        Detach(model);
        Attach(model, other);
        device.CountWaiting();
        other.CountWaiting();
        _decisions++;
    }

    /// <summary>Lets a model on the CPU go back to an accelerator that serves again; both work on the host's copy, so nothing is moved.</summary>
    private void ReturnFromFallback(ScheduledModel model)
    {
        if (OtherDeviceFor(model, mustHaveRoom: false) is not { } device)
        {
            model.IsReturning = false;
            return;
        }

        if (model.Residency == ModelResidency.Evicting)
            return;
        if (model.Residency == ModelResidency.OnDevice)
            model.Residency = ModelResidency.OnHost;
        Reattach(model, device);
    }

    private static bool IsServing(ScheduledDevice device, ScheduledModel model) => !device.IsLost && model.BytesOn(device) <= device.BudgetBytes;

    /// <summary>Whether the model is on its device, or on the way to or from it.</summary>
    private static bool IsBoundTo(ScheduledModel model) => model.Residency is ModelResidency.Moving or ModelResidency.OnDevice or ModelResidency.Evicting;

    /// <summary>Another device that serves and is large enough for all that waits with the model, or even has room for it now and nobody waiting.</summary>
    private ScheduledDevice? OtherDeviceFor(ScheduledModel model, bool mustHaveRoom, LeaseHolder? holder = null)
    {
        foreach (var device in model.Settings.Candidates)
        {
            var isOther = device != model.Device && IsServing(device, model) && model.Lines.TrueForAll(line => line.Count == 0 || Fits(line, device));
            if (isOther && (!mustHaveRoom || (!device.IsWanted && model.BytesOn(device) <= device.FreeBytes)))
                return device;
        }

        var fallback = mustHaveRoom || model.Device == model.Settings.Fallback ? null : model.Settings.Fallback;
        return fallback is not null && IsServing(fallback, model) ? fallback : null;

        bool Fits(WaitingLine line, ScheduledDevice device) =>
            BytesNeeded(device, line, holder) + (device == _host ? model.Footprint.WorkingBytes : model.BytesOn(device)) <= device.BudgetBytes;
    }

    /// <summary>Those who wait for a model of a lost device go to another one, at once or when the model has left it; if there is none, they are refused.</summary>
    private void Reroute(ScheduledModel model, long now)
    {
        if (ChooseDevice(model, now) is not { } other)
            RefuseAll(model, DescribeLoss(model, now), now);
        else if (!IsBoundTo(model))
            Reattach(model, other);
    }

    private void LeaveLostDevice(ScheduledModel model)
    {
        // What use has changed is gone; the parameters as they were loaded are not what the host's copy is.
        if (model.IsMutable && model.Settings.CanReload && !model.LeavesHost)
        {
            model.LeavesHost = true;
            if (_host is not null)
                _host.LeavingBytes += model.HostCharge;
        }

        Evict(model, EvictionReason.DeviceLost);
    }
}
