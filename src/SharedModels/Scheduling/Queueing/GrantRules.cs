using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>What a request needs to be granted, apart from its turn.</summary>
internal static class GrantRules
{
    /// <summary>Whether a new request can be granted without waiting: its models are there and free, and nobody waits before it.</summary>
    public static bool IsGrantableNow(LeaseRequest request)
    {
        if (request.IsPreload)
            return request.ScheduledModel is { Residency: ModelResidency.OnDevice, IsLost: false };
        foreach (var model in request.Queue.Models)
        {
            if (model.Device is not { QueueLength: 0 })
                return false;
        }

        return CanGrant(request);
    }

    public static bool CanGrant(LeaseRequest request)
    {
        var models = request.Queue.Models;
        foreach (var model in models)
        {
            if (model is not { Residency: ModelResidency.OnDevice, IsLost: false, IsReturning: false, Device: { IsLost: false } device })
                return false;
            if (LacksSlot(request, device))
                return false;
            if (request.Holder.Leases > 0 && request.Holder.Holds(model))
                continue;
            if (model.Users >= model.MaxLeases || MissingWorkingBytes(request, device) > 0)
                return false;
        }

        return true;
    }

    public static bool LacksSlot(LeaseRequest request, ScheduledDevice device) => !device.HasFreeSlot && !request.Holder.HoldsOn(device);

    /// <summary>The number of bytes that the device lacks for the request to work with.</summary>
    public static long MissingWorkingBytes(LeaseRequest request, ScheduledDevice device)
    {
        long bytes = 0;
        foreach (var model in request.Queue.Models)
        {
            if (model.Device == device && model.Footprint.WorkingBytes > 0 && !request.Holder.Holds(model))
                bytes += model.Footprint.WorkingBytes;
        }

        return bytes == 0 ? 0 : Math.Max(0, bytes - device.Memory.FreeBytes);
    }

    /// <summary>
    /// Whether only bytes to work with are missing: a request that waits for a slot or a model needs them only after that.
    /// </summary>
    public static bool LacksOnlyBytes(LeaseRequest request)
    {
        foreach (var model in request.Queue.Models)
        {
            var isThere = model is { Residency: ModelResidency.OnDevice, IsLost: false, IsReturning: false };
            if (!isThere || LacksSlot(request, model.Device!) || (model.IsTaken && !request.Holder.Holds(model)))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Whether a new request changes nothing for anybody: its model is there, others have it or the device, and its code has no lease.
    /// </summary>
    public static bool IsMereWait(LeaseRequest request, SchedulingPolicy policy) =>
        request is { Queue: { IsGroup: false, IsPreload: false }, Holder.Leases: 0, HeldMeanwhile.Count: 0, ScheduledModel: var model }
        && model is { Residency: ModelResidency.OnDevice, Footprint.WorkingBytes: 0, IsLost: false, Device: { } device }
        && (!device.HasFreeSlot || model.IsTaken)
        && policy.BypassBound(device.QueueLength) == policy.BypassBound(device.QueueLength - 1);
}
