using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Placement;

/// <summary>Chooses the device that a model goes to.</summary>
internal sealed class DeviceSelector(EvictionPlanner evictions)
{
    /// <summary>
    /// Chooses among the devices that serve and are large enough the one with room and the shortest queue; if none has room, the one whose
    /// victims are expected to cost least. The CPU steps in where it may.
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
                missing > 0, missing > 0 ? evictions.CostOfRoom(device, missing, now) : 0, device.QueueLength, -device.Memory.FreeBytes);
        })
        ?? model.Settings.Fallback
        ?? serving.FirstOrDefault();
    }

    /// <summary>
    /// Another device that serves and is large enough for everything that waits with the model; if it must have room, one that has it now
    /// and nobody waiting.
    /// </summary>
    public static ScheduledDevice? FindOther(ScheduledModel model, bool mustHaveRoom, LeaseHolder? holder = null)
    {
        foreach (var device in model.Settings.Candidates)
        {
            var isOther = device != model.Device
                && IsServing(device, model)
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
    /// Bytes of a budget that have to be there at once for a queue: those of its models, of models that can never leave, and of those that
    /// the holder uses.
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

    private static bool IsServing(ScheduledDevice device, ScheduledModel model) =>
        !device.IsLost && model.BytesOn(device) <= device.Memory.BudgetBytes;
}
