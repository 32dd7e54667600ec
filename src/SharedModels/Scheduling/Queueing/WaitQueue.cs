using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Scheduling.Queueing;

/// <summary>
/// The requests that wait for the same models, usually a single model. The queue is in the order of places within each priority, which is
/// first in, first out without tenants.
/// </summary>
internal sealed class WaitQueue(ScheduledModel[] models, bool isPreload = false)
{
    public const int Priorities = 3;

    private readonly RequestQueue[] _queues = [new(), new(), new()];

    // For each priority, the sequence numbers of granted requests that bypassed the head.
    private readonly List<Int128>[] _bypasses = [[], [], []];

    public ReadOnlySpan<ScheduledModel> Models => models;

    /// <summary>Indicates whether the requests want several models, which are acquired together or not at all.</summary>
    public bool IsGroup => models.Length > 1;

    /// <summary>Indicates whether the model is only moved to its device, without a lease.</summary>
    public bool IsPreload => isPreload;

    public int Count { get; private set; }

    /// <summary>The number of requests that are inputs of batches.</summary>
    public int InputCount { get; private set; }

    /// <summary>The request to serve next, as of the last <see cref="Refresh"/>.</summary>
    public LeaseRequest? Next { get; private set; }

    /// <summary>The aged priority of <see cref="Next"/>.</summary>
    public int NextPriority { get; private set; }

    /// <summary>Indicates whether only the scheduler itself wants the model, as of the last <see cref="Refresh"/>.</summary>
    public bool IsKept => Next is KeepRequest;

    /// <summary>
    /// Indicates whether a holder of leases waits here, as of the last listing. Its models stay in use until it is served.
    /// </summary>
    public bool IsUrgent { get; set; }

    public string Names => string.Join("', '", models.Select(static model => model.Id));

    /// <summary>
    /// Indicates whether the model has its maximum number of holders, so that requests wait for the model itself and not for their turn.
    /// </summary>
    public bool IsTaken => !IsGroup && models[0].IsTaken;

    public void Enqueue(LeaseRequest request)
    {
        var queue = _queues[request.Priority];
        var head = queue.Head;
        queue.Insert(request);
        CountRequest(request, 1);
        ReplaceHead(head, queue.Head);
    }

    public void Remove(LeaseRequest request)
    {
        var queue = _queues[request.Priority];
        var head = queue.Head;
        queue.Remove(request);
        CountRequest(request, -1);
        ReplaceHead(head, queue.Head);
        ForgetBypasses(request.Priority);
    }

    /// <summary>Gives some requests new places, which are in the order of their old ones.</summary>
    public void Move(IEnumerable<(LeaseRequest Request, Int128 Place)> moved)
    {
        foreach (var group in moved.GroupBy(static move => move.Request.Priority))
        {
            // The lists of heads are sorted by their places.
            var queue = _queues[group.Key];
            ReplaceHead(queue.Head, null);
            queue.Move([.. group]);
            ReplaceHead(null, queue.Head);
            ForgetBypasses(group.Key);
        }
    }

    /// <summary>Moves a request to a higher priority, at the position of its age.</summary>
    public void Raise(LeaseRequest request, int priority)
    {
        Remove(request);
        request.Priority = priority;
        var head = _queues[priority].Head;
        _queues[priority].Insert(request);
        CountRequest(request, 1);
        ReplaceHead(head, _queues[priority].Head);
    }

    public LeaseRequest? Head(int priority) => _queues[priority].Head;

    /// <summary>The oldest request of each priority that has requests.</summary>
    public IEnumerable<LeaseRequest> Heads => _queues.Select(static queue => queue.Head).OfType<LeaseRequest>();

    public LeaseRequest? Tail(int priority) => _queues[priority].Tail;

    /// <summary>Updates the next request: the oldest one of the highest aged priority.</summary>
    public void Refresh(long now, long aging)
    {
        Next = null;
        foreach (var queue in _queues)
        {
            if (queue.Head is not { } head)
                continue;
            var priority = head.PriorityAt(now, aging);
            if (Next is not null && (priority < NextPriority || (priority == NextPriority && head.Sequence > Next.Sequence)))
                continue;
            Next = head;
            NextPriority = priority;
        }
    }

    /// <summary>All requests, in no particular order.</summary>
    public IEnumerable<LeaseRequest> Requests
    {
        get
        {
            foreach (var queue in _queues)
            {
                for (var request = queue.Head; request is not null; request = request.NextInQueue)
                    yield return request;
            }
        }
    }

    /// <summary>Returns any request, or <see langword="null"/> if there is none.</summary>
    public LeaseRequest? Any() => _queues[0].Head ?? _queues[1].Head ?? _queues[2].Head;

    /// <summary>Returns the number of waiting requests with at least the given priority.</summary>
    public int CountFrom(int priority)
    {
        var count = 0;
        for (; priority < Priorities; priority++)
            count += _queues[priority].Count;
        return count;
    }

    /// <summary>Returns the number of leases that the waiting requests with at least the given priority need.</summary>
    public int TurnsFrom(int priority)
    {
        var count = CountFrom(priority);
        if (InputCount == 0)
            return count;
        var (inputs, limit) = (Math.Min(count, InputCount), models[0].Batches.LimitOf(models[0].Settings));
        return count - inputs + (inputs + limit - 1) / limit;
    }

    /// <summary>
    /// Records that a younger request bypasses the head of a priority. A group can do so on several devices but counts once.
    /// </summary>
    public void CountBypass(int priority, LeaseRequest granted, SchedulingPolicy policy)
    {
        var bypasses = _bypasses[priority];
        if (bypasses.Count > 0 && bypasses[^1] == granted.Sequence)
            return;

        // More bypasses than the bound make no difference. The oldest of them do not affect later heads.
        if (bypasses.Count > Math.Max(policy.MaxBypass, policy.MaxBypassUnderLoad))
            bypasses.Remove(bypasses.Min());
        bypasses.Add(granted.Sequence);
    }

    /// <summary>Returns the number of younger requests of other queues that bypassed the oldest request of a priority.</summary>
    public int BypassesOfHead(int priority) => _bypasses[priority].Count;

    /// <summary>Returns true if a head has been waiting for the given fraction of its bypass time.</summary>
    public bool IsBypassTimeOver(long now, int share)
    {
        foreach (var queue in _queues)
        {
            if (queue.Head?.IsBypassTimeOver(now, share) == true)
                return true;
        }

        return false;
    }

    /// <summary>The largest <see cref="BypassesOfHead"/> of any priority.</summary>
    public int MostBypasses => Math.Max(Math.Max(_bypasses[0].Count, _bypasses[1].Count), _bypasses[2].Count);

    /// <summary>Forgets the bypasses by requests that are older than the head.</summary>
    private void ForgetBypasses(int priority)
    {
        var (bypasses, head) = (_bypasses[priority], _queues[priority].Head);
        for (var i = bypasses.Count - 1; i >= 0; i--)
        {
            if (head is null || bypasses[i] < head.Sequence)
                bypasses.RemoveAt(i);
        }
    }

    private void CountRequest(LeaseRequest request, int change)
    {
        Count += change;
        InputCount += request.IsBatchInput ? change : 0;
        foreach (var model in models)
            model.PendingRequests += change;
    }

    /// <summary>Replaces a head in the lists of the devices.</summary>
    private void ReplaceHead(LeaseRequest? head, LeaseRequest? other)
    {
        if (head == other)
            return;
        for (var i = 0; i < models.Length; i++)
        {
            if (WaitQueues.IsRepeated(models, i))
                continue;
            var heads = models[i].Device!.Heads;
            if (head is not null)
                heads.Remove(head);
            if (other is not null)
                heads.Add(other);
        }
    }
}
