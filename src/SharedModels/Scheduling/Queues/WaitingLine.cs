namespace SharedModels.Scheduling.Queues;

/// <summary>The requests that wait for one model: first in, first out within each priority.</summary>
internal sealed class WaitingLine
{
    public const int Priorities = 3;

    private readonly RequestQueue[] _queues = [new(), new(), new()];

    // For each priority the ages of granted requests that overtook the head: no more than may.
    private readonly List<long>[] _overtakers = [[], [], []];

    public int Count { get; private set; }

    /// <summary>The age of the oldest request; <see cref="long.MaxValue"/> if there is none.</summary>
    public long OldestSequence
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var queue in _queues)
                oldest = Math.Min(oldest, queue.Head?.Sequence ?? long.MaxValue);
            return oldest;
        }
    }

    public void Enqueue(LeaseRequest request)
    {
        _queues[request.Priority].Enqueue(request);
        Count++;
    }

    public void Remove(LeaseRequest request)
    {
        var queue = _queues[request.Priority];
        queue.Remove(request);
        Count--;
        if (_overtakers[request.Priority].Count > 0)
            _overtakers[request.Priority].RemoveAll(overtaker => queue.Head is null || overtaker < queue.Head.Sequence);
    }

    public LeaseRequest? Head(int priority) => _queues[priority].Head;

    /// <summary>The request to serve next: the highest priority after ageing, and the oldest of that.</summary>
    public LeaseRequest? Next(long now, long ageing)
    {
        LeaseRequest? next = null;
        foreach (var queue in _queues)
        {
            if (queue.Head is not { } head)
                continue;
            var difference = next is null ? 1 : head.PriorityAt(now, ageing) - next.PriorityAt(now, ageing);
            if (difference > 0 || (difference == 0 && head.Sequence < next!.Sequence))
                next = head;
        }

        return next;
    }

    /// <summary>Any request, while there is one.</summary>
    public LeaseRequest? Any() => _queues[0].Head ?? _queues[1].Head ?? _queues[2].Head;

    /// <summary>Notes that a request for another model is granted: it overtakes the older ones that, with their age, have no lower priority.</summary>
    public void CountOvertaking(LeaseRequest granted, long now, long ageing)
    {
        for (var priority = 0; priority < Priorities; priority++)
        {
            if (_queues[priority].Head is { } head && head.Sequence < granted.Sequence && head.PriorityAt(now, ageing) >= granted.PriorityAt(now, ageing))
                _overtakers[priority].Add(granted.Sequence);
        }
    }

    /// <summary>How many younger requests of no higher priority, for other models, were granted before the oldest of a priority.</summary>
    public int OvertakingsOfHead(int priority) => _overtakers[priority].Count;
}
