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

    /// <summary>Gives some requests new places, which are in the order of their old ones. One pass over the queue.</summary>
    public void Move(IReadOnlyList<(LeaseRequest Request, Int128 Place)> moved)
    {
        foreach (var (request, _) in moved)
            Remove(request);
        var next = Head;
        foreach (var (request, place) in moved)
        {
            request.Sequence = place;
            while (next is not null && next.Sequence < place)
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
