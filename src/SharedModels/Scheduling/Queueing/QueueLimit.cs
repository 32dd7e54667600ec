using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// Bounds the number of requests that wait for a device: a full queue takes one of higher priority in the place of one of the lowest.
/// </summary>
internal sealed class QueueLimit(RequestRejector rejector, WaitEstimator estimator)
{
    /// <summary>A device that a queue wants and that has no room for a further request; <see langword="null"/> if there is none.</summary>
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
    /// Whether each full device that a request wants has a waiting request of lower priority that can be rejected in its place.
    /// </summary>
    public static bool CanDisplace(LeaseRequest request)
    {
        foreach (var model in request.Queue.Models)
        {
            if (model.Device!.QueueLength >= model.Device.MaxQueueLength && FindDisplaceable(model.Device, request.Priority) is null)
                return false;
        }

        return true;
    }

    /// <summary>The youngest waiting request of the lowest priority on a device, if that is lower than the given one.</summary>
    private static LeaseRequest? FindDisplaceable(ScheduledDevice device, int priority)
    {
        LeaseRequest? last = null;
        for (var lowest = 0; lowest < priority && last is null; lowest++)
        {
            foreach (var queue in device.Models.SelectMany(static model => model.Queues))
            {
                if (!queue.IsPreload && queue.Tail(lowest) is { Holder.Leases: 0 } tail && (last is null || tail.Sequence > last.Sequence))
                    last = tail;
            }
        }

        return last;
    }

    /// <summary>
    /// A request has been added to full queues: rejects one of lower priority in its place, or the request itself if it has to wait.
    /// </summary>
    /// <returns>Whether one was rejected.</returns>
    public bool MakeRoomFor(LeaseRequest request, long now)
    {
        var rejected = false;
        foreach (var model in request.Queue.Models.ToArray())
        {
            if (request.RequestState != RequestState.Waiting
                || model.Device is not { } device
                || device.QueueLength <= device.MaxQueueLength)
                continue;
            var last = FindDisplaceable(device, request.Priority) ?? request;
            rejector.Reject(last, last.ScheduledModel, estimator.Describe(RejectionReason.QueueFull, device, now), now);
            rejected = true;
        }

        return rejected;
    }
}
