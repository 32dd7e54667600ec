using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling;

/// <summary>Estimates the time of waits, and describes why requests are rejected.</summary>
internal sealed class WaitEstimator(SchedulerState state)
{
    // Other processes do not announce their plans, so any time is a guess: long enough to avoid polling, short enough to be served soon.
    private static readonly TimeSpan LongestRetryAfterNeighbors = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<string> HeldModels(ScheduledDevice device) =>
        [.. device.Models.Where(static model => model.Users > 0).Select(static model => model.Id)];

    /// <summary>Describes why models do not fit in a budget, either permanently or while other processes take the memory.</summary>
    public static Rejection DescribeLackOfRoom(MemoryBudget budget, long needed, SchedulingPolicy policy)
    {
        var mayFitLater = needed <= budget.LargestBytes;
        return new(mayFitLater ? RejectionReason.DoesNotFitNow : RejectionReason.NeverFits)
        {
            Device = budget.Device,
            RequiredBytes = needed,
            BudgetBytes = mayFitLater ? budget.BudgetBytes : budget.LargestBytes,
            RetryAfter = mayFitLater
                ? TimeSpan.FromTicks(Math.Min(policy.MaxRetryAfter, LongestRetryAfterNeighbors.Ticks))
                : null,
        };
    }

    public static Rejection DescribeLoss(ScheduledModel model, long now)
    {
        var device = model.Device is { IsLost: true } at ? at : model.Settings.Candidates.MinBy(static device => device.RetryAt)!;
        return new(RejectionReason.DeviceLost)
        {
            Device = device.Device,
            Cause = device.Failure,
            RetryAfter = TimeSpan.FromTicks(Math.Max(0, device.RetryAt - now)),
        };
    }

    /// <summary>Describes why a request cannot wait, or cannot wait any longer, on a device.</summary>
    public Rejection Describe(RejectionReason reason, ScheduledDevice device, long now) => new(reason)
    {
        Device = device.Device,
        QueueLength = device.QueueLength,
        HeldModels = HeldModels(device),
        HeldFor = TimeSpan.FromTicks(device.LongestHold(now)),
        RetryAfter = TimeSpan.FromTicks(Math.Clamp(
            ExpectedWait(device, now), Math.Min(TimeSpan.TicksPerSecond, state.Policy.MaxRetryAfter), state.Policy.MaxRetryAfter)),
    };

    /// <summary>
    /// Returns the minimum number of ticks that the request will wait: until its models arrive and the requests before it in its own queue
    /// are served.
    /// </summary>
    public long LeastWait(LeaseRequest request, long now)
    {
        long longest = 0;
        foreach (var model in request.Queue.Models)
        {
            var device = model.Device!;

            // An old long measurement must not block requests indefinitely: after a while, a request measures it again.
            var arrival = now - model.MeasuredAt < state.Policy.PopularityHalfLife ? TicksToArrive(model, device, now) : 0;
            var turns = request.Queue.TurnsFrom(request.Priority) * (double)device.Holds.Typical / Math.Max(
                model.Replicas?.Capacity ?? 0, model.CapacityOn(device));
            longest = Math.Max(longest, arrival + (long)turns);
        }

        return longest;
    }

    /// <summary>Returns the expected wait of a request for all the models.</summary>
    public ModelWaitEstimate Estimate(IReadOnlyList<ScheduledModel> models, int priority, long now)
    {
        var (wait, arrival, isResident, isRejected) = (0L, 0L, true, state.IsShuttingDown || state.IsDraining);
        foreach (var listed in models)
        {
            var model = listed.Replicas?.Home ?? listed;
            var device = model.Device
                ?? model.Settings.Candidates.Where(static device => !device.IsLost).MinBy(static device => device.QueueLength)
                ?? model.Settings.Fallback;
            isResident &= model is { Residency: ModelResidency.OnDevice, IsLost: false };
            isRejected |= device is null || model.IsRemoved || (model.Rejection is not null && now < model.RetryAt)
                || model.BytesOn(device) > device.Memory.BudgetBytes || device.QueueLength >= device.MaxQueueLength;
            if (device is null)
                continue;
            var toArrive = TicksToArrive(model, device, now);
            var before = TurnsOn(device, priority);
            var hasFreeSlot = device.HasFreeSlot || model.Replicas?.HasFreeSlot == true;
            var atOnce = Math.Max(device.MaxConcurrentHolders, model.Replicas?.Capacity ?? 0);
            var turns = hasFreeSlot && before == 0 ? 0 : (before + 1) * device.Holds.Typical / atOnce;
            arrival = Math.Max(arrival, toArrive);
            wait = Math.Max(wait, toArrive + turns);
        }

        return new(TimeSpan.FromTicks(wait), TimeSpan.FromTicks(arrival), isResident, isRejected);
    }

    /// <summary>
    /// Returns the position of a waiting request on its device, by aged priority and then by age, from 1, or <see langword="null"/> if it
    /// is not waiting.
    /// </summary>
    public int? PositionOf(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Waiting)
            return null;
        var (own, aging) = (request.PriorityAt(now, state.Policy.PriorityAging), state.Policy.PriorityAging);
        var others = request.ScheduledModel.Device!.Queues.Where(static queue => !queue.IsPreload);
        return 1 + others.SelectMany(static queue => queue.Requests).Count(other =>
            other != request
                && (other.PriorityAt(now, aging) > own || (other.PriorityAt(now, aging) == own && other.Sequence < request.Sequence)));
    }

    /// <summary>Returns the number of leases that the waiting requests of at least a priority need. A batch needs one.</summary>
    private static int TurnsOn(ScheduledDevice device, int priority) => device.Queues
        .Where(static queue => !queue.IsPreload)
        .Sum(queue => queue.TurnsFrom(priority));

    /// <summary>Returns the ticks until the queue is served: the holds of the waiting requests, and the swaps for them.</summary>
    private static long ExpectedWait(ScheduledDevice device, long now)
    {
        var holds = (double)device.Holds.Typical * (TurnsOn(device, priority: 0) + 1) / device.MaxConcurrentHolders;
        var swaps = device.Models.Where(static model => model.IsWanted).Sum(model => TicksToArrive(model, device, now));
        return (long)holds + swaps;
    }

    /// <summary>
    /// Returns the ticks that the remaining steps of the model to the device took the last time, less the time that the current step has
    /// taken, or 0 if that is not known.
    /// </summary>
    private static long TicksToArrive(ScheduledModel model, ScheduledDevice device, long now)
    {
        var move = device.Device.IsCpu ? 0 : model.MoveTicks;
        return model.Residency switch
        {
            ModelResidency.OnDevice => 0,
            ModelResidency.OnHost or ModelResidency.Evicting => move,
            ModelResidency.Moving => Math.Max(0, move - (now - model.StepStartedAt)),
            ModelResidency.Loading => Math.Max(0, model.LoadTicks + move - (now - model.StepStartedAt)),
            _ => model.LoadTicks + move,
        };
    }
}
