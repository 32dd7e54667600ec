using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>The conditions for granting a request, apart from its turn.</summary>
internal static class GrantRules
{
    /// <summary>
    /// Returns true if a new request can be granted without waiting: its models are available, and no request waits before it.
    /// </summary>
    public static bool IsGrantableNow(LeaseRequest request)
    {
        if (request.IsPreload)
            return request.ScheduledModel is { Residency: ModelResidency.OnDevice, IsLost: false };
        foreach (var model in request.Queue.Models)
        {
            if (model.Device is not { } device || (device.QueueLength > 0 && !(request.Queue.Count == 0 && IsAllHeldBack(device))))
                return false;
        }

        return CanGrant(request);
    }

    public static bool CanGrant(LeaseRequest request)
    {
        if (request.IsHeldBack)
            return false;
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

    /// <summary>Returns true if a request for a model can be granted on one of its replicas.</summary>
    public static bool CanGrantOn(ScheduledModel replica, LeaseRequest request)
    {
        if (request.IsHeldBack || !replica.IsServing || LacksSlot(request, replica.Device!))
            return false;
        return request.Holder.Holds(replica)
            || (replica.Users < replica.MaxLeases && MissingWorkingBytesOn(replica, request) == 0);
    }

    public static bool LacksSlot(LeaseRequest request, ScheduledDevice device) => !device.HasFreeSlot && !request.Holder.HoldsOn(device);

    /// <summary>Returns the number of bytes that the device lacks for the working memory of the request.</summary>
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

    /// <summary>Returns the number of bytes that the device of a replica lacks for the working memory of the request.</summary>
    public static long MissingWorkingBytesOn(ScheduledModel replica, LeaseRequest request)
    {
        var bytes = request.Holder.Holds(replica) ? 0 : replica.Footprint.WorkingBytes;
        return bytes == 0 ? 0 : Math.Max(0, bytes - replica.Device!.Memory.FreeBytes);
    }

    /// <summary>
    /// Returns true if only working memory is missing. A request that also waits for a slot, a model or other inputs does not need it yet.
    /// </summary>
    public static bool LacksOnlyBytes(LeaseRequest request)
    {
        if (request.IsHeldBack)
            return false;
        foreach (var model in request.Queue.Models)
        {
            var isThere = model is { Residency: ModelResidency.OnDevice, IsLost: false, IsReturning: false };
            if (!isThere || LacksSlot(request, model.Device!) || (model.IsTaken && !request.Holder.Holds(model)))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Returns true if a new request affects no other request: its model is on the device, other holders have the model or the device, and
    /// its code has no lease.
    /// </summary>
    public static bool IsMereWait(LeaseRequest request, SchedulingPolicy policy) =>
        request is { Queue: { IsGroup: false, IsPreload: false }, Holder.Leases: 0, HeldMeanwhile.Count: 0, ScheduledModel: var model }
        && model is { Residency: ModelResidency.OnDevice, Footprint.WorkingBytes: 0, IsLost: false, Replicas: null, Device: { } device }
        && (!device.HasFreeSlot || model.IsTaken)
        && policy.BypassBound(device.QueueLength) == policy.BypassBound(device.QueueLength - 1);

    /// <summary>Returns true if all requests that wait on a device are held back, so that no request has its turn.</summary>
    private static bool IsAllHeldBack(ScheduledDevice device)
    {
        for (var priority = 0; priority < WaitQueue.Priorities; priority++)
        {
            foreach (var head in device.Heads[priority])
            {
                if (!head.IsHeldBack && !head.IsPreload)
                    return false;
            }
        }

        return true;
    }
}
