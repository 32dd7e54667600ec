namespace SharedModels.Scheduling.Queues;

/// <summary>A first-in-first-out queue linked through its requests: any of them leaves in O(1), and none costs memory.</summary>
internal sealed class RequestQueue
{
    private LeaseRequest? _tail;

    public LeaseRequest? Head { get; private set; }

    public int Count { get; private set; }

    public void Enqueue(LeaseRequest request)
    {
        request.PreviousInQueue = _tail;
        if (_tail is null)
            Head = request;
        else
            _tail.NextInQueue = request;
        _tail = request;
        Count++;
    }

    public void Remove(LeaseRequest request)
    {
        if (request.PreviousInQueue is null)
            Head = request.NextInQueue;
        else
            request.PreviousInQueue.NextInQueue = request.NextInQueue;
        if (request.NextInQueue is null)
            _tail = request.PreviousInQueue;
        else
            request.NextInQueue.PreviousInQueue = request.PreviousInQueue;
        request.NextInQueue = request.PreviousInQueue = null;
        Count--;
    }
}
