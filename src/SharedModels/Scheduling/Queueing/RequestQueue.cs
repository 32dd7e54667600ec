namespace SharedModels.Scheduling.Queueing;

/// <summary>A first-in, first-out queue linked through its requests. Removing any request is O(1), and none is allocated.</summary>
internal sealed class RequestQueue
{
    public LeaseRequest? Head { get; private set; }

    public LeaseRequest? Tail { get; private set; }

    public int Count { get; private set; }

    public void Enqueue(LeaseRequest request)
    {
        request.PreviousInQueue = Tail;
        if (Tail is null)
            Head = request;
        else
            Tail.NextInQueue = request;
        Tail = request;
        Count++;
    }

    /// <summary>Inserts a request before those with larger places. A request that comes last is O(1).</summary>
    public void Insert(LeaseRequest request)
    {
        var next = Tail is { } tail && tail.Sequence < request.Sequence ? null : Head;
        while (next is not null && next.Sequence < request.Sequence)
            next = next.NextInQueue;
        InsertBefore(next, request);
    }

    /// <summary>Changes the places of some requests, which stay in their order among themselves. One pass over the queue.</summary>
    public void Move(Func<LeaseRequest, bool> isMoved, Func<Int128, Int128> move)
    {
        var moved = new List<LeaseRequest>();
        for (var request = Head; request is not null; request = request.NextInQueue)
        {
            if (isMoved(request))
                moved.Add(request);
        }

        moved.ForEach(Remove);
        var next = Head;
        foreach (var request in moved)
        {
            request.Sequence = move(request.Sequence);
            while (next is not null && next.Sequence < request.Sequence)
                next = next.NextInQueue;
            InsertBefore(next, request);
        }
    }

    private void InsertBefore(LeaseRequest? next, LeaseRequest request)
    {
        if (next is null)
        {
            Enqueue(request);
            return;
        }

        request.NextInQueue = next;
        request.PreviousInQueue = next.PreviousInQueue;
        if (next.PreviousInQueue is { } previous)
            previous.NextInQueue = request;
        else
            Head = request;
        next.PreviousInQueue = request;
        Count++;
    }

    public void Remove(LeaseRequest request)
    {
        if (request.PreviousInQueue is null)
            Head = request.NextInQueue;
        else
            request.PreviousInQueue.NextInQueue = request.NextInQueue;
        if (request.NextInQueue is null)
            Tail = request.PreviousInQueue;
        else
            request.NextInQueue.PreviousInQueue = request.PreviousInQueue;
        request.NextInQueue = request.PreviousInQueue = null;
        Count--;
    }
}
