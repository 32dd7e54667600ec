namespace SharedModels.Scheduling.Queues;

/// <summary>The requests that wait for the same models, mostly for one: first in, first out within each priority.</summary>
internal sealed class WaitingLine(ScheduledModel[] models, bool isPreload = false)
{
    public const int Priorities = 3;

    private readonly RequestQueue[] _queues = [new(), new(), new()];

    // For each priority the ages of granted requests that overtook the head: no more than may.
    private readonly List<long>[] _overtakers = [[], [], []];

    public ReadOnlySpan<ScheduledModel> Models => models;

    /// <summary>Whether several models are waited for, all or nothing.</summary>
    public bool IsGroup => models.Length > 1;

    /// <summary>Whether the model shall only come to its device, and be nobody's.</summary>
    public bool IsPreload => isPreload;

    public int Count { get; private set; }

    /// <summary>The request to serve next, as was last looked at.</summary>
    public LeaseRequest? Next { get; private set; }

    /// <summary>The priority of <see cref="Next"/> with its age.</summary>
    public int NextPriority { get; private set; }

    /// <summary>Whether a holder of leases waits here, as was last looked at: what it holds is in use until it has got on.</summary>
    public bool IsUrgent { get; set; }

    public string Names => string.Join("', '", models.Select(static model => model.Id));

    /// <summary>Whether as many holders use the model as may: the requests wait for the model itself, not for their turn.</summary>
    public bool IsTaken => !IsGroup && models[0].IsTaken;

    public void Enqueue(LeaseRequest request)
    {
        _queues[request.Priority].Enqueue(request);
        Count++;
        foreach (var model in models)
            model.Wishes++;
    }

    public void Remove(LeaseRequest request)
    {
        var queue = _queues[request.Priority];
        queue.Remove(request);
        Count--;
        foreach (var model in models)
            model.Wishes--;
        if (_overtakers[request.Priority].Count > 0)
            _overtakers[request.Priority].RemoveAll(overtaker => queue.Head is null || overtaker < queue.Head.Sequence);
    }

    public LeaseRequest? Head(int priority) => _queues[priority].Head;

    /// <summary>Looks who is next: the highest priority after ageing, and the oldest of that.</summary>
    public void Refresh(long now, long ageing)
    {
        Next = null;
        foreach (var queue in _queues)
        {
            if (queue.Head is not { } head)
                continue;
            var priority = head.PriorityAt(now, ageing);
            if (Next is not null && (priority < NextPriority || (priority == NextPriority && head.Sequence > Next.Sequence)))
                continue;
            Next = head;
            NextPriority = priority;
        }
    }

    /// <summary>Any request, while there is one.</summary>
    public LeaseRequest? Any() => _queues[0].Head ?? _queues[1].Head ?? _queues[2].Head;

    /// <summary>How many requests of at least a priority wait.</summary>
    public int CountFrom(int priority)
    {
        var count = 0;
        for (; priority < Priorities; priority++)
            count += _queues[priority].Count;
        return count;
    }

    /// <summary>Notes that a request of another line is granted: it overtakes the older ones that, with their age, have no lower priority.</summary>
    public void CountOvertaking(LeaseRequest granted, long now, long ageing)
    {
        for (var priority = 0; priority < Priorities; priority++)
        {
            var overtakers = _overtakers[priority];
            var isKnown = overtakers.Count > 0 && overtakers[^1] == granted.Sequence;
            if (!isKnown && _queues[priority].Head is { } head && head.Sequence < granted.Sequence && head.PriorityAt(now, ageing) >= granted.PriorityAt(now, ageing))
                overtakers.Add(granted.Sequence);
        }
    }

    /// <summary>How many younger requests of no higher priority, of other lines, were granted before the oldest of a priority.</summary>
    public int OvertakingsOfHead(int priority) => _overtakers[priority].Count;

    /// <summary>The most of <see cref="OvertakingsOfHead"/> of any priority: the next request is not always the one that keeps others back.</summary>
    public int MostOvertakings => Math.Max(Math.Max(_overtakers[0].Count, _overtakers[1].Count), _overtakers[2].Count);
}
