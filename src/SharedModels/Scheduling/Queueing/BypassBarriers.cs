using System.Runtime.CompilerServices;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// Prevents requests from being granted before others. For each priority, holds the oldest request that must not be bypassed any more and
/// waits for its turn. No younger request of that or a lower priority is granted before it. In addition, requests of another priority whose
/// aged priority is lower never bypass a request, unless the bypassed request's model is loading or moving. (Aging does not separate
/// requests of one priority. Among them, the bounds apply.)
/// </summary>
internal ref struct BypassBarriers
{
    private readonly SchedulingPolicy _policy;
    private readonly ScheduledDevice _device;
    private readonly long _now;
    private PerPriority<Int128> _oldestAtBound;
    private PerPriority<int> _highestWaiting;

    public BypassBarriers(SchedulingPolicy policy, ScheduledDevice device, long now)
    {
        (_policy, _device, _now) = (policy, device, now);
        for (var priority = 0; priority < WaitQueue.Priorities; priority++)
            _oldestAtBound[priority] = Int128.MaxValue;
    }

    /// <summary>Adds a head. For a given request, only heads before it in the order of service matter.</summary>
    public void Add(LeaseRequest head, int aged)
    {
        if (head.IsPreload || head.IsHeldBack || IsBeyondTurns(head.Queue))
            return;
        if (!IsComing(head.Queue))
            _highestWaiting[head.Priority] = Math.Max(_highestWaiting[head.Priority], aged);
        if (IsAtBound(head))
            _oldestAtBound[aged] = Int128.Min(_oldestAtBound[aged], head.Sequence);
    }

    /// <summary>Returns true if a request has to wait for another request's turn.</summary>
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

    /// <summary>Returns true if a head has reached its limit for the number or the time of bypasses.</summary>
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
    /// Returns true if the queue waits for something other than its turn: the end of another use, a load, or a move that takes far longer
    /// than the last one. If <see cref="SchedulingPolicy.MaxBypass"/> is 0, the order is strictly first in, first out, even then.
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
    private struct PerPriority<T>
    {
        private T _first;
    }
}
