using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// Limits the number of requests that wait for a device. A full queue accepts a request of a higher priority in place of one of the lowest,
/// and a request of a tenant with a smaller share of the queue in place of one of a tenant with a larger share.
/// </summary>
internal sealed class QueueLimit(RequestRejector rejector, WaitEstimator estimator, WaitQueues queues)
{
    /// <summary>
    /// Returns a device that a queue wants and that has no room for another request, or <see langword="null"/> if there is none.
    /// </summary>
    public static ScheduledDevice? FindFullDevice(WaitQueue queue)
    {
        foreach (var model in queue.Models)
        {
            if (model.Device!.QueueLength >= model.Device.MaxQueueLength)
                return model.Device;
        }

        return null;
    }

    /// <summary>
    /// Returns true if each full device that a request wants has a waiting request that can be rejected in its place.
    /// </summary>
    public bool CanDisplace(LeaseRequest request)
    {
        var place = queues.Shares.Peek(request.Tenant);
        foreach (var model in request.Queue.Models)
        {
            if (model.Device!.QueueLength >= model.Device.MaxQueueLength && FindDisplaceable(model.Device, request.Priority, place) is null)
                return false;
        }

        return true;
    }

    /// <summary>
    /// Returns the last waiting request of the lowest priority on a device, if it is lower than the given priority or, with the same
    /// priority, comes after the given place.
    /// </summary>
    private static LeaseRequest? FindDisplaceable(ScheduledDevice device, int priority, Int128 place)
    {
        LeaseRequest? last = null;
        for (var lowest = 0; lowest <= priority && last is null; lowest++)
        {
            foreach (var queue in device.Queues)
            {
                if (!queue.IsPreload && queue.Tail(lowest) is { Holder.Leases: 0 } tail && (last is null || tail.Sequence > last.Sequence)
                    && (lowest < priority || tail.Sequence > place))
                    last = tail;
            }
        }

        return last;
    }

    /// <summary>
    /// Makes room after a request has been added to full queues. Rejects a request of a lower priority, or the request itself if there is
    /// none.
    /// </summary>
    /// <returns>True if a request was rejected.</returns>
    public bool MakeRoomFor(LeaseRequest request, long now)
    {
        var rejected = false;
        foreach (var model in request.Queue.Models.ToArray())
        {
            if (request.RequestState != RequestState.Waiting
                || model.Device is not { } device
                || device.QueueLength <= device.MaxQueueLength)
                continue;
            var last = FindDisplaceable(device, request.Priority, request.Sequence) ?? request;
            rejector.Reject(last, last.ScheduledModel, estimator.Describe(RejectionReason.QueueFull, device, now), now);
            rejected = true;
        }

        return rejected;
    }
}
