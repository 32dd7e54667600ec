using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>In whose name leases are taken: a dependency-injection scope, or one explicit caller.</summary>
internal class LeaseHolder
{
    private LeaseRequest? _first;

    /// <summary>Requests of the holder that wait for leases.</summary>
    public int Waits { get; set; }

    /// <summary>Leases that the holder has.</summary>
    public int Leases { get; private set; }

    /// <summary>Waits of other holders that this one's code waits for before it releases anything.</summary>
    public List<LeaseRequest>? AwaitedRequests { get; set; }

    /// <summary>Whether what the holder has stays in use until it gets what it waits for.</summary>
    public bool IsUrgent => Leases > 0 && (Waits > 0 || AwaitedRequests is { Count: > 0 });

    /// <summary>Whether <see cref="WaitQueues.UrgentHolders"/> has the holder.</summary>
    public bool IsListed { get; set; }

    public IEnumerable<LeaseRequest> Granted => Requests.Where(static request => request.RequestState == RequestState.Granted);

    /// <summary>The requests that have to be granted before the holder releases anything.</summary>
    public IEnumerable<LeaseRequest> WaitingRequests => Requests.Where(IsWaiting).Concat(AwaitedRequests ?? []);

    private IEnumerable<LeaseRequest> Requests
    {
        get
        {
            for (var request = _first; request is not null; request = request.NextOfHolder)
                yield return request;
        }
    }

    public void Add(LeaseRequest request)
    {
        request.NextOfHolder = _first;
        _first = request;
        if (request.RequestState == RequestState.Granted)
            Leases++;
    }

    /// <summary>Takes a request out, in the state in which it was put in.</summary>
    public void Remove(LeaseRequest request)
    {
        if (request.RequestState == RequestState.Granted)
            Leases--;
        if (_first == request)
        {
            _first = request.NextOfHolder;
        }
        else
        {
            var before = _first!;
            while (before.NextOfHolder != request)
                before = before.NextOfHolder!;
            before.NextOfHolder = request.NextOfHolder;
        }

        request.NextOfHolder = null;
    }

    public bool Holds(ScheduledModel model)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (request.RequestState == RequestState.Granted && request.ScheduledModel == model)
                return true;
        }

        return false;
    }

    public bool HoldsOn(ScheduledDevice device)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (request.RequestState == RequestState.Granted && request.ScheduledModel.Device == device)
                return true;
        }

        return false;
    }

    /// <summary>
    /// The oldest request to be granted before anything is released that wants something on the device and for which
    /// <paramref name="condition"/> holds.
    /// </summary>
    public LeaseRequest? FindWaitingOn(ScheduledDevice device, Func<LeaseRequest, bool> condition) =>
        WaitingRequests.Where(request => device.IsWantedBy(request.Queue) && condition(request)).MinBy(static request => request.Sequence);

    /// <summary>Marks the queues that the holder waits in, or its code through another holder.</summary>
    public void MarkQueues()
    {
        foreach (var request in WaitingRequests)
            request.Queue.IsUrgent = true;
    }

    /// <summary>Whether a wait ends when a given holder releases something, or nobody knows what ends it.</summary>
    public bool MayWaitFor(LeaseHolder holder)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (IsWaiting(request) && (request.Witness is null || request.Witness == holder))
                return true;
        }

        return AwaitedRequests?.Exists(request => request.Witness is null || request.Witness == holder) == true;
    }

    private static bool IsWaiting(LeaseRequest request) => request.RequestState == RequestState.Waiting && !request.IsPreload;
}
