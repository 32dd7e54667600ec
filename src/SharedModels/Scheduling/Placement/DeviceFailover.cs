using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Replicas;

namespace SharedModels.Scheduling.Placement;

/// <summary>Takes devices out of service and back, and finds other devices for the models that were wanted there.</summary>
internal sealed class DeviceFailover(
    SchedulerState state, DeviceSelector selector, ModelLifecycle lifecycle, RequestRejector rejector, ReplicaRouter replicas)
{
    /// <summary>
    /// Takes a lost device out of service and probes it until it works again. Notifies the holders, evicts its models when the leases end,
    /// and reroutes the requests.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="cause">The known cause.</param>
    /// <param name="now">The time in ticks.</param>
    /// <param name="generation">
    /// The <see cref="ScheduledDevice.Generation"/> in which the loss was detected. A loss of an earlier generation is ignored.
    /// </param>
    /// <returns>False if nothing changed: the device is the CPU, or its loss is known.</returns>
    public bool TryLose(ScheduledDevice device, Failure cause, long now, int? generation)
    {
        if (device.IsLost || device.Device.IsCpu || (generation ?? device.Generation) != device.Generation)
            return false;
        state.NoteChange();
        PutOutOfService(device, cause, now);
        state.Emit(new(SchedulerEffectKind.ReportLoss, Device: device));
        var leases = device.Slots.ToArray().SelectMany(static holder => holder?.Granted ?? []);
        foreach (var lease in leases.Where(lease => lease.ScheduledModel.Device == device).ToList())
        {
            state.Emit(new(SchedulerEffectKind.Lose, lease.ScheduledModel, lease));

            // The request would wait for its own holder to release the model.
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

        // Also reroute models of devices that were lost earlier and were assigned to this one.
        foreach (var model in state.Models)
        {
            if (model is { IsWanted: true, Device.IsLost: true })
                Reroute(model, now);
        }

        return true;
    }

    /// <summary>Processes the result of a probe. The device works again unless there is a failure.</summary>
    /// <returns>True if the device was lost and works again.</returns>
    public bool EndProbe(ScheduledDevice device, Failure? failure, long now)
    {
        if (!device.IsLost)
            return false;
        if (failure is not null)
        {
            PutOutOfService(device, failure, now);
            return false;
        }

        device.ReturnToService();
        foreach (var model in state.Models)
        {
            if (model.Device is not { } fallback || fallback != model.Settings.Fallback || !model.Settings.Candidates.Contains(device))
                continue;
            model.IsReturning = true;
            lifecycle.ReconcileIdleModel(model, now);
        }

        return true;
    }

    /// <summary>Assigns the model to a device unless its device is available.</summary>
    /// <returns>True if the model has a device now.</returns>
    public bool TryAttach(ScheduledModel model, long now)
    {
        // A model that was rerouted because its holder's other models take the memory stays for that holder.
        var isRerouted = model is { IsWanted: true, WasRerouted: true };
        if (model.Device is { } fallback && fallback == model.Settings.Fallback && model.Users == 0 && !isRerouted)
            lifecycle.ReturnFromFallback(model);
        if (model.Device is { IsLost: false })
            return true;
        if (selector.Choose(model, now) is not { } device)
            return false;

        // A model that is still on a lost device is reassigned as soon as it has left it.
        if (model.Device is null)
            lifecycle.Attach(model, device);
        else if (!model.IsBound)
            lifecycle.Reattach(model, device);
        return true;
    }

    /// <summary>
    /// Reroutes the requests for a model of a lost device to another replica, or to another device, immediately or when the model has left
    /// the lost one. Rejects them if there is no other device.
    /// </summary>
    public void Reroute(ScheduledModel model, long now)
    {
        replicas.MoveHome(model, now);
        if (model is { IsSpare: true, IsRequested: false } && model.Preloads.Any() is KeepRequest request)
            rejector.Remove(request, now);
        if (!model.IsWanted)
            return;
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
