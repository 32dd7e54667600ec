using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Scheduling.Queueing;

/// <summary>A holder of leases: a dependency injection scope or a single fetch.</summary>
internal class LeaseHolder
{
    private LeaseRequest? _first;

    /// <summary>The number of requests of the holder that wait for leases.</summary>
    public int Waits { get; set; }

    /// <summary>The number of leases that the holder has.</summary>
    public int Leases { get; private set; }

    /// <summary>Requests of other holders that this holder's code waits for before it releases anything.</summary>
    public List<LeaseRequest>? AwaitedRequests { get; set; }

    /// <summary>Indicates whether the holder's models stay in use until its requests are granted.</summary>
    public bool IsUrgent => Leases > 0 && (Waits > 0 || AwaitedRequests is { Count: > 0 });

    /// <summary>Indicates whether the holder is in <see cref="WaitQueues.UrgentHolders"/>.</summary>
    public bool IsListed { get; set; }

    public IEnumerable<LeaseRequest> Granted => Requests.Where(static request => request.RequestState == RequestState.Granted);

    /// <summary>The requests that must be granted before the holder releases anything.</summary>
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

    /// <summary>Removes a request. Its state must be the same as when it was added.</summary>
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
    /// Returns the oldest waiting request of the holder that wants something on the device and satisfies <paramref name="condition"/>.
    /// </summary>
    public LeaseRequest? FindWaitingOn(ScheduledDevice device, Func<LeaseRequest, bool> condition) =>
        WaitingRequests.Where(request => device.IsWantedBy(request.Queue) && condition(request)).MinBy(static request => request.Sequence);

    /// <summary>Marks the queues in which the holder, or its code through another holder, waits.</summary>
    public void MarkQueues()
    {
        foreach (var request in WaitingRequests)
            request.Queue.IsUrgent = true;
    }

    /// <summary>Returns true if a wait ends when the given holder releases something, or if it is not known what ends it.</summary>
    public bool MayWaitFor(LeaseHolder holder)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (IsWaiting(request) && (request.Witness is null || request.Witness == holder))
                return true;
        }

        return AwaitedRequests?.Exists(request => request.Witness is null || request.Witness == holder) == true;
    }

    /// <summary>Returns true if, as of the last deadlock check, a wait was known to end when the given holder releases something.</summary>
    public bool HasWitness(LeaseHolder holder)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (IsWaiting(request) && request.Witness == holder)
                return true;
        }

        return AwaitedRequests?.Exists(request => request.Witness == holder) == true;
    }

    private static bool IsWaiting(LeaseRequest request) => request.RequestState == RequestState.Waiting && !request.IsPreload;
}
