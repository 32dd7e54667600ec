using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Placement;

/// <summary>Chooses the devices of models.</summary>
internal sealed class DeviceSelector(EvictionPlanner evictions)
{
    /// <summary>
    /// Chooses among the devices that are available and large enough. Prefers devices without another replica of the model, and among them
    /// the device with room and the shortest queue. If no device has room, chooses the one with the lowest expected eviction cost. Uses the
    /// CPU as a fallback if allowed.
    /// </summary>
    public ScheduledDevice? Choose(ScheduledModel model, long now)
    {
        var candidates = model.Settings.Candidates;
        if (candidates is [{ IsLost: false } only] && model.Settings.Fallback is null)
            return only;
        var serving = candidates.Where(static device => !device.IsLost).ToList();
        return serving.Where(device => model.BytesOn(device) <= device.Memory.BudgetBytes).MinBy(device =>
        {
            var missing = model.ParameterBytesOn(device) - device.Memory.FreeBytes;
            return (
                HasReplica(device, model),
                missing > 0,
                missing > 0 ? evictions.CostOfRoom(device.Memory, missing, now) : 0,
                device.QueueLength,
                -device.Memory.FreeBytes);
        })
        ?? model.Settings.Fallback
        ?? serving.FirstOrDefault();
    }

    /// <summary>
    /// Returns another device that is available and large enough for everything that waits with the model. If it must have room, it must
    /// have it now and have no waiting requests.
    /// </summary>
    public static ScheduledDevice? FindOther(ScheduledModel model, bool mustHaveRoom, LeaseHolder? holder = null)
    {
        var candidates = model.Replicas is null || mustHaveRoom
            ? model.Settings.Candidates
            : [.. model.Settings.Candidates.OrderBy(device => HasReplica(device, model))];
        foreach (var device in candidates)
        {
            var isOther = device != model.Device
                && IsServing(device, model)
                && !(mustHaveRoom && HasReplica(device, model))
                && model.Queues.TrueForAll(queue => queue.Count == 0 || Fits(queue, device));
            if (isOther && (!mustHaveRoom || (!device.IsWanted && model.BytesOn(device) <= device.Memory.FreeBytes)))
                return device;
        }

        var fallback = mustHaveRoom || model.Device == model.Settings.Fallback ? null : model.Settings.Fallback;
        return fallback is not null && IsServing(fallback, model) ? fallback : null;

        bool Fits(WaitQueue queue, ScheduledDevice device)
        {
            var own = device.Device.IsCpu ? model.Footprint.WorkingBytes : model.BytesOn(device);
            return BytesNeeded(device.Memory, queue, holder) + own <= device.Memory.BudgetBytes;
        }
    }

    /// <summary>
    /// Returns the bytes of a budget that a queue needs at the same time: those of its models, of models that can never leave, and of
    /// models that the holder uses.
    /// </summary>
    public static long BytesNeeded(MemoryBudget budget, WaitQueue queue, LeaseHolder? holder)
    {
        long bytes = 0;
        foreach (var model in budget.Models)
        {
            var isHere = model.Device?.Memory == budget;
            if (queue.Models.Contains(model))
                bytes += isHere ? model.BytesOn(model.Device!) : budget.IsHost ? model.Footprint.HostBytes : 0;
            else if (holder?.Holds(model) == true)
                bytes += model.ReservedIn(budget) + (isHere ? model.Footprint.WorkingBytes : 0);
            else if (budget.IsHost && !model.Settings.CanReload)
                bytes += model.HostMemory.Bytes;
        }

        return bytes;
    }

    /// <summary>Returns true if two versions of a model can be in memory at the same time.</summary>
    public static bool CanHoldTwice(ScheduledModel model, MemoryBudget host)
    {
        var (hostBytes, deviceBytes) = (model.Footprint.HostBytes, model.Footprint.DeviceBytes);
        if (2 * hostBytes > host.BudgetBytes)
            return false;
        return model.RunsOnCpu
            || model.Settings.Candidates.Any(device => 2 * deviceBytes + model.Footprint.WorkingBytes <= device.Memory.BudgetBytes)
            || model.Settings.Candidates.Count(device => model.BytesOn(device) <= device.Memory.BudgetBytes) > 1;
    }

    private static bool HasReplica(ScheduledDevice device, ScheduledModel model) =>
        model.Replicas?.FindOn(device) is { } replica && replica != model;

    private static bool IsServing(ScheduledDevice device, ScheduledModel model) =>
        !device.IsLost && model.BytesOn(device) <= device.Memory.BudgetBytes;
}
