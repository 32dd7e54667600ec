using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Placement;

/// <summary>Takes devices out of service and back, and finds others for the models that were wanted there.</summary>
internal sealed class DeviceFailover(SchedulerState state, DeviceSelector selector, ModelLifecycle lifecycle, RequestRejector rejector)
{
    /// <summary>Notifies the holders of a lost device, has its models leave it as those end, and reroutes the requests.</summary>
    public void Lose(ScheduledDevice device, Failure cause, long now)
    {
        PutOutOfService(device, cause, now);
        state.Emit(new(SchedulerEffectKind.ReportLoss, Device: device));
        var leases = device.Slots.ToArray().SelectMany(static holder => holder?.Granted ?? []);
        foreach (var lease in leases.Where(lease => lease.ScheduledModel.Device == device).ToList())
        {
            state.Emit(new(SchedulerEffectKind.Lose, lease.ScheduledModel, lease));

            // It would wait for itself to release the model.
            foreach (var wait in lease.Holder.WaitingRequests
                .Where(wait => wait.Holder == lease.Holder && wait.Queue.Models.Contains(lease.ScheduledModel))
                .ToList())
                rejector.Reject(wait, lease.ScheduledModel, WaitEstimator.DescribeLoss(lease.ScheduledModel, now), now);
        }

        foreach (var model in device.Models.ToList())
        {
            model.IsLost = model.IsBound;
            lifecycle.ReconcileIdleModel(model, now);
        }

        // Also models of devices that were lost before: they were to come here.
        foreach (var model in state.Models)
        {
            if (model is { IsWanted: true, Device.IsLost: true })
                Reroute(model, now);
        }
    }

    /// <summary>A lost device was probed: it works again unless there is a failure.</summary>
    public void EndProbe(ScheduledDevice device, Failure? failure, long now)
    {
        if (failure is not null)
        {
            PutOutOfService(device, failure, now);
            return;
        }

        device.ReturnToService();
        foreach (var model in state.Models)
        {
            if (model.Device is not { } fallback || fallback != model.Settings.Fallback || !model.Settings.Candidates.Contains(device))
                continue;
            model.IsReturning = true;
            lifecycle.ReconcileIdleModel(model, now);
        }
    }

    /// <summary>Gives the model a device, unless it has one that serves.</summary>
    /// <returns>Whether it has one now.</returns>
    public bool TryAttach(ScheduledModel model, long now)
    {
        // One that went there because its holder's other models take the room stays for that holder.
        var isRerouted = model is { IsWanted: true, WasRerouted: true };
        if (model.Device is { } fallback && fallback == model.Settings.Fallback && model.Users == 0 && !isRerouted)
            lifecycle.ReturnFromFallback(model);
        if (model.Device is { IsLost: false })
            return true;
        if (selector.Choose(model, now) is not { } device)
            return false;

        // A model that is still on a lost device goes elsewhere as soon as it has left that.
        if (model.Device is null)
            lifecycle.Attach(model, device);
        else if (!model.IsBound)
            lifecycle.Reattach(model, device);
        return true;
    }

    /// <summary>
    /// Requests for a model of a lost device go to another one, at once or when the model has left it; if there is none, they are rejected.
    /// </summary>
    public void Reroute(ScheduledModel model, long now)
    {
        if (selector.Choose(model, now) is not { } other)
            rejector.RejectAll(model, WaitEstimator.DescribeLoss(model, now), now);
        else if (!model.IsBound)
            lifecycle.Reattach(model, other);
    }

    private void PutOutOfService(ScheduledDevice device, Failure cause, long now)
    {
        device.PutOutOfService(cause, now, state.Policy);
        if (!state.IsShuttingDown)
            state.Deadlines.Set(device.Probe, device.RetryAt);
    }
}
