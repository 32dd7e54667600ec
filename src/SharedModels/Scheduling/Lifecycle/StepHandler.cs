using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>Processes the results of models' steps.</summary>
internal sealed class StepHandler(SchedulerState state, ModelLifecycle lifecycle, RequestRejector rejector)
{
    public void Complete(in StepResult result, long now)
    {
        var model = result.Model!;

        // Remove the deadline of the eviction or unload.
        if (result.Step is SchedulerEffectKind.Evict or SchedulerEffectKind.Unload)
            state.Deadlines.Remove(model);
        switch (result.Step)
        {
            case SchedulerEffectKind.Load when result.IsEstimate:
                // The load starts again with the memory that the estimate needs.
                lifecycle.LeaveHost(model);
                model.Estimate(result.Footprint);
                break;
            case SchedulerEffectKind.Load when result.Failure is null:
                CompleteLoad(model, result, now);
                break;
            case SchedulerEffectKind.Move when result.Failure is null:
                CompleteMove(model, result, now);
                break;
            case SchedulerEffectKind.Evict when result.Failure is null:
                CompleteEviction(model, now);
                break;
            case SchedulerEffectKind.Load when result is { FailureKind: StepFailure.OutOfMemory, Abandoned: null }:
                lifecycle.LeaveHost(model);
                RunOutOfMemory(model, state.Host, result.Failure, now);
                break;
            case SchedulerEffectKind.Load:
                Abandon(model, result.Abandoned);
                Fail(model, result.Failure, now);
                break;
            case SchedulerEffectKind.Move:
                Abandon(model, result.Abandoned);
                FailMove(model, result.Failure, result.FailureKind, now);
                break;
            case SchedulerEffectKind.Evict:
                FailEviction(model, result, now);
                break;
            case SchedulerEffectKind.Unload:
                Abandon(model, result.Abandoned);
                lifecycle.LeaveHost(model);
                model.CompleteUnload();
                break;
        }
    }

    private void CompleteLoad(ScheduledModel model, in StepResult result, long now)
    {
        state.Host.Resize(model.HostMemory, result.Footprint.HostBytes);
        model.CompleteLoad(result.Footprint, result.IsMutable, result.IsPlaced ? result.Device : null, now);
        if (model is { RunsOnCpu: true, IsMadeForOther: false, Device.Memory.FreeBytes: >= 0 })
            lifecycle.Arrive(model, now);
    }

    private void CompleteMove(ScheduledModel model, in StepResult result, long now)
    {
        model.MeasureMove(now);
        if (result.IsPlaced)
        {
            state.Host.Resize(model.HostMemory, result.Footprint.HostBytes);
            model.Device!.Memory.Resize(model.DeviceMemory, result.Footprint.DeviceBytes);
            model.Remeasure(result.Footprint);
        }

        if (model.IsLost)
            model.StayOnDevice();
        else
            lifecycle.Arrive(model, now);
    }

    private void CompleteEviction(ScheduledModel model, long now)
    {
        ModelLifecycle.LeaveDevice(model);
        model.ReturnToHost();
        if (model.LeavesHost)
            lifecycle.Unload(model, now);
        if (model is { IsWanted: true, Destination: { IsLost: false } destination })
            lifecycle.Reattach(model, destination);
        model.Destination = null;
    }

    private void FailMove(ScheduledModel model, Failure failure, StepFailure kind, long now)
    {
        ModelLifecycle.LeaveDevice(model);
        switch (kind)
        {
            case StepFailure.OutOfMemory when !model.Device!.IsLost:
                model.ReturnToHost();
                RunOutOfMemory(model, model.Device.Memory, failure, now);
                break;
            case StepFailure.OutOfMemory or StepFailure.DeviceLost:
                model.ReturnToHost();
                break;
            default:
                Fail(model, failure, now);
                break;
        }
    }

    /// <summary>
    /// Handles a failed eviction. A model that can be loaded again is discarded. A model that was registered as an object is still on its
    /// device. It is tried again after the back-off, or freed by its disposal if it was removed or the application is stopping. If the
    /// device is lost, the device caused the failure and not the model.
    /// </summary>
    private void FailEviction(ScheduledModel model, in StepResult result, long now)
    {
        var isDeviceLost = result.FailureKind == StepFailure.DeviceLost || model.IsLost || model.Device!.IsLost;
        if (result.Abandoned is not null && !isDeviceLost)
        {
            // The code can still move the model, so an object that was registered must not be used either.
            Abandon(model, result.Abandoned);
            ModelLifecycle.LeaveDevice(model);
            Fail(model, result.Failure!, now);
            return;
        }

        Abandon(model, result.Abandoned);
        if (model.Settings.CanReload && isDeviceLost)
        {
            // The parameters can be loaded again on any available device.
            ModelLifecycle.LeaveDevice(model);
            lifecycle.Unload(model, now);
        }
        else if (model.Settings.CanReload)
        {
            FailMove(model, result.Failure!, StepFailure.Model, now);
        }
        else if (state.IsShuttingDown || model.IsRemoved || isDeviceLost)
        {
            CompleteEviction(model, now);
        }
        else
        {
            model.Device!.Memory.EndLeaving(model.DeviceMemory);
            model.StayOnDevice();
            lifecycle.GrantPreloads(model);
            model.BackOff(result.Failure!, now, state.Policy);
        }
    }

    private void Fail(ScheduledModel model, Failure failure, long now)
    {
        lifecycle.LeaveHost(model);
        model.Fail();
        model.BackOff(failure, now, state.Policy);
        rejector.RejectUntilRetry(model, new Rejection(RejectionReason.LoadFailed) { Device = model.Device!.Device, Cause = failure }, now);
    }

    /// <summary>
    /// On the first failure, evicts every idle model from the memory, so that the step is tried once more. On the second, rejects requests.
    /// No model is evicted for a replica that nobody waits for in particular.
    /// </summary>
    private void RunOutOfMemory(ScheduledModel model, MemoryBudget budget, Failure failure, long now)
    {
        if (budget.IsHost)
            model.ReturnToRegistered();
        if (!model.IsRetried && (!model.IsSpare || model.IsRequested))
        {
            model.IsRetried = true;
            foreach (var idle in budget.Models.Where(other => MayFree(other, budget, now)).ToList())
                lifecycle.EvictFrom(budget, idle, EvictionReason.OutOfMemory, now);
            return;
        }

        if (budget.IsHost)
            model.Fail();
        model.BackOff(failure, now, state.Policy);
        var rejection = new Rejection(RejectionReason.OutOfMemory)
        {
            Device = budget.Device,
            Cause = failure,
            RequiredBytes = budget.IsHost ? model.Footprint.HostBytes : model.BytesOn(model.Device!),
            BudgetBytes = budget.BudgetBytes,
            FreeBytes = budget.FreeBytes,
            HeldModels = [.. budget.Devices.SelectMany(WaitEstimator.HeldModels)],
        };
        rejector.RejectUntilRetry(model, rejection, now);
    }

    private static bool MayFree(ScheduledModel model, MemoryBudget budget, long now)
    {
        if (!budget.IsHost)
            return EvictionPlanner.IsEvictable(model, now);
        var isIdleOnHost = model is { Residency: ModelResidency.OnHost, Users: 0, IsWanted: false };
        return model.Settings.CanReload && (isIdleOnHost || EvictionPlanner.IsEvictable(model, now));
    }

    /// <summary>Marks the memory of a step whose code is still running as abandoned. It is not free yet.</summary>
    private void Abandon(ScheduledModel model, AbandonedMemory? abandoned)
    {
        if (abandoned is null)
            return;
        if (model.DeviceMemory.Bytes > 0)
            abandoned.Bytes.Add((model.Device!.Memory, model.Device.Memory.Abandon(model.DeviceMemory)));
        if (model.HostMemory.Bytes > 0)
            abandoned.Bytes.Add((state.Host, state.Host.Abandon(model.HostMemory)));
    }
}
