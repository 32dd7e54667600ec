using System.Runtime.CompilerServices;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// What keeps requests from being granted before others: for each priority the oldest request that must not be bypassed any more and waits
/// for its turn, as no younger one of that or a lower priority is granted before it. A request is not bypassed at all by those of another
/// priority whose priority after ageing is lower than its own, unless its model is loading or moving. (Ageing does not divide requests of
/// one priority: among them the bounds hold.)
/// </summary>
internal ref struct BypassBarriers
{
    private readonly SchedulingPolicy _policy;
    private readonly ScheduledDevice _device;
    private readonly long _now;
    private PerPriority _oldestAtBound;
    private PerPriority _highestWaiting;

    public BypassBarriers(SchedulingPolicy policy, ScheduledDevice device, long now)
    {
        (_policy, _device, _now) = (policy, device, now);
        for (var priority = 0; priority < WaitQueue.Priorities; priority++)
            _oldestAtBound[priority] = long.MaxValue;
    }

    /// <summary>Takes a head into account; only those before a request in the order of service make a difference for it.</summary>
    public void Add(LeaseRequest head, int aged)
    {
        if (head.IsPreload || IsBeyondTurns(head.Queue))
            return;
        if (!IsComing(head.Queue))
            _highestWaiting[head.Priority] = Math.Max(_highestWaiting[head.Priority], aged);
        if (IsAtBound(head))
            _oldestAtBound[aged] = Math.Min(_oldestAtBound[aged], head.Sequence);
    }

    /// <summary>Whether a request has to wait for another's turn.</summary>
    public readonly bool Bars(LeaseRequest request, int aged)
    {
        for (var priority = 0; priority < WaitQueue.Priorities; priority++)
        {
            if (priority >= aged && request.Sequence > _oldestAtBound[priority])
                return true;
            if (priority != request.Priority && _highestWaiting[priority] > aged)
                return true;
        }

        return false;
    }

    /// <summary>Whether a head was bypassed as often, or for as long, as it may be.</summary>
    public readonly bool IsAtBound(LeaseRequest head) =>
        head.Queue.BypassesOfHead(head.Priority) >= _policy.BypassBound(_device.QueueLength) || head.IsBypassTimeOver(_now);

    private static bool IsComing(WaitQueue queue)
    {
        foreach (var model in queue.Models)
        {
            if (model.Residency is ModelResidency.Loading or ModelResidency.Moving)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the queue waits for something else than its turn: for the end of others' use, for a load, or for a move that takes far
    /// longer than the last one. A <see cref="SchedulingPolicy.MaxBypass"/> of 0 asks for strictly first in, first out, and gets it.
    /// </summary>
    private readonly bool IsBeyondTurns(WaitQueue queue)
    {
        if (queue.IsTaken)
            return true;
        foreach (var model in queue.Models)
        {
            var isLate = model.Residency == ModelResidency.Moving
                && _now - model.StepStartedAt > 2 * model.MoveTicks + TimeSpan.TicksPerSecond;
            if (model.Residency == ModelResidency.Loading || isLate)
                return _policy.MaxBypass > 0;
        }

        return false;
    }

    [InlineArray(WaitQueue.Priorities)]
    private struct PerPriority
    {
        private long _first;
    }
}
