using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Scheduling.Queueing;

/// <summary>All queues. Enqueues and dequeues requests, and counts them by device and holder.</summary>
internal sealed class WaitQueues(SchedulerState state)
{
    private readonly List<WaitQueue> _groups = [];

    // Holders that have leases and wait for more. The list is usually empty, which allows shortcuts.
    private readonly List<LeaseHolder> _urgent = [];

    /// <summary>The shares of tenants, which determine the places of requests.</summary>
    public FairShares Shares { get; } = new();

    /// <summary>The number of waiting requests, including preloads.</summary>
    public int Count { get; private set; }

    /// <summary>Holders of leases that wait for more. Their models stay in use until they are served.</summary>
    public IReadOnlyList<LeaseHolder> UrgentHolders => _urgent;

    /// <summary>
    /// Holders that may have become part of a deadlock, because a wait or lease of theirs has started, or one that they wait for has ended.
    /// </summary>
    public HashSet<LeaseHolder> Suspects { get; } = [];

    /// <summary>Returns the queue of requests that want all the given models together. Each model must be listed once.</summary>
    public WaitQueue QueueFor(ScheduledModel[] models)
    {
        if (models is [var only])
            return only.Waiting;
        foreach (var group in _groups)
        {
            if (group.Models.SequenceEqual(models))
                return group;
        }

        return new WaitQueue(models);
    }

    public void Enqueue(LeaseRequest request, long now)
    {
        Place(request, now);
        Add(request);
    }

    /// <summary>Moves a waiting request to the queue of another replica of its model, where it keeps its place.</summary>
    public void Transfer(LeaseRequest request, ScheduledModel replica)
    {
        var held = request.HeldMeanwhile;
        Dequeue(request);
        request.DirectTo(replica.Waiting);
        request.HeldMeanwhile = held;
        Add(request);
    }

    private void Add(LeaseRequest request)
    {
        var queue = request.Queue;
        request.RequestState = RequestState.Waiting;
        request.Holder.Add(request);
        if (queue is { IsGroup: true, Count: 0 })
            Open(queue);
        queue.Enqueue(request);
        CountRequest(request, 1);
        foreach (var holder in request.HeldMeanwhile)
        {
            (holder.AwaitedRequests ??= []).Add(request);
            Update(holder);
        }
    }

    /// <summary>Places a request by its tenant's share, and charges the share with the time that the request is expected to take.</summary>
    public void Place(LeaseRequest request, long now)
    {
        request.EnqueuedAt = now;
        request.IsCharged = !request.IsBatchInput;
        var mayBeCharged = !request.IsPreload && (Shares.AreUsed || request.Tenant is not null);
        Shares.Place(request, mayBeCharged ? CostOf(request) : 0, state.Policy);
    }

    /// <summary>
    /// Corrects the charge of a request that has ended to the time for which it held the device, if it was served. The tenant's later
    /// requests move by the difference.
    /// </summary>
    public void Charge(LeaseRequest request, long? held)
    {
        if (Shares.AreUsed && FairShares.Charge(request, held, state.Policy) is not 0 and var shift)
            Shift(request, shift);
    }

    private void Shift(LeaseRequest request, long shift)
    {
        var queues = state.Models.Select(static model => model.Waiting).Concat(_groups).Where(static queue => queue.Count > 0);
        var later = new List<LeaseRequest>();
        var isSorted = true;
        foreach (var waiting in queues.SelectMany(static queue => queue.Requests))
        {
            if (waiting.Sequence <= request.Sequence || waiting.Tenant != request.Tenant)
                continue;
            isSorted = isSorted && (later.Count == 0 || later[^1].Sequence < waiting.Sequence);
            later.Add(waiting);
        }

        // The requests of one queue and priority are in order already.
        if (!isSorted)
            later.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        var moved = Shares.Shift(request.Tenant, shift, later);
        foreach (var group in moved.GroupBy(static move => move.Request.Queue))
            group.Key.Move(group);

        // Other requests can have become grantable, on any device.
        state.Decisions += moved.Count > 0 ? 1 : 0;
    }

    private static long CostOf(LeaseRequest request)
    {
        var model = request.ScheduledModel;
        var limit = request.IsBatchInput ? model.Batches.LimitOf(model.Settings) : 1;
        var batch = request.IsBatchInput ? model.Batches.Cost.Expect(limit) : 0;
        return batch > 0 ? (long)(batch / limit) : (model.Device?.Holds.Typical ?? 0) / limit;
    }

    /// <summary>Removes a request from its queue and its holder.</summary>
    public void Dequeue(LeaseRequest request)
    {
        var queue = request.Queue;
        request.Holder.Remove(request);
        request.RequestState = RequestState.Idle;
        queue.Remove(request);
        CountRequest(request, -1);
        foreach (var holder in request.HeldMeanwhile)
        {
            holder.AwaitedRequests!.Remove(request);
            Update(holder);
        }

        request.HeldMeanwhile = [];
        if (queue is { IsGroup: true, Count: 0 })
            Close(queue);
    }

    /// <summary>Updates the lists after a holder's leases or waits have changed.</summary>
    public void Update(LeaseHolder holder)
    {
        if (holder.IsUrgent)
            Suspects.Add(holder);
        if (holder.IsUrgent == holder.IsListed)
            return;
        holder.IsListed = holder.IsUrgent;
        if (holder.IsUrgent)
            _urgent.Add(holder);
        else
            _urgent.Remove(holder);
    }

    /// <summary>
    /// Marks as suspects the holders that may have been waiting only for a release by the given holder, and holders that have been
    /// waiting for a suspect: a witness may wait itself, for a holder that does not.
    /// </summary>
    public void SuspectWaitersOf(LeaseHolder holder)
    {
        Queue<LeaseHolder>? found = null;
        foreach (var urgent in _urgent)
        {
            if (urgent.MayWaitFor(holder) && Suspects.Add(urgent))
                (found ??= new()).Enqueue(urgent);
        }

        while (Suspects.Count < _urgent.Count && found?.TryDequeue(out var suspect) == true)
        {
            foreach (var urgent in _urgent)
            {
                if (urgent.HasWitness(suspect) && Suspects.Add(urgent))
                    found.Enqueue(urgent);
            }
        }
    }

    private void CountRequest(LeaseRequest request, int change)
    {
        Count += change;
        if (!request.IsPreload)
        {
            request.Holder.Waits += change;
            Update(request.Holder);
        }

        var models = request.Queue.Models;
        for (var i = 0; i < models.Length; i++)
        {
            if (request.IsPreload)
                models[i].Device!.PreloadCount += change;
            else if (!IsRepeated(models, i))
                models[i].Device!.QueueLength += change;
        }
    }

    /// <summary>Returns true if an earlier model in the list is on the same device, so that the device has already been handled.</summary>
    public static bool IsRepeated(ReadOnlySpan<ScheduledModel> models, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (models[i].Device == models[index].Device)
                return true;
        }

        return false;
    }

    private void Open(WaitQueue group)
    {
        _groups.Add(group);
        foreach (var model in group.Models)
            model.Queues.Add(group);
    }

    private void Close(WaitQueue group)
    {
        _groups.Remove(group);
        foreach (var model in group.Models)
            model.Queues.Remove(group);
    }
}
