namespace SharedModels.Scheduling;

/// <summary>In whose name leases are taken: a dependency-injection scope, or one explicit caller.</summary>
internal sealed class LeaseHolder
{
    private LeaseRequest? _first;

    /// <summary>Requests of the holder that wait for leases.</summary>
    public int Waits { get; set; }

    public void Add(LeaseRequest request)
    {
        request.NextOfHolder = _first;
        _first = request;
    }

    public void Remove(LeaseRequest request)
    {
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

    public IEnumerable<LeaseRequest> Granted => Requests.Where(static request => request.RequestState == RequestState.Granted);

    public IEnumerable<LeaseRequest> WaitingRequests => Requests.Where(static request => request.RequestState == RequestState.Waiting && !request.IsPreload);

    private IEnumerable<LeaseRequest> Requests
    {
        get
        {
            for (var request = _first; request is not null; request = request.NextOfHolder)
                yield return request;
        }
    }

    public bool Holds(ScheduledModel model)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (request.ScheduledModel == model && request.RequestState == RequestState.Granted)
                return true;
        }

        return false;
    }

    public bool HoldsOn(ScheduledDevice device)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (request.ScheduledModel.Device == device && request.RequestState == RequestState.Granted)
                return true;
        }

        return false;
    }

    /// <summary>Marks the models that the holder waits for on the device.</summary>
    public void MarkWantedModels(ScheduledDevice device)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (IsWaitingOn(request, device))
                request.ScheduledModel.IsWantedBySlotHolder = true;
        }
    }

    public int CountWaitingOn(ScheduledDevice device)
    {
        var count = 0;
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (IsWaitingOn(request, device))
                count++;
        }

        return count;
    }

    /// <summary>The oldest waiting request on the device for which <paramref name="isGrantable"/> holds.</summary>
    public LeaseRequest? FindWaitingOn(ScheduledDevice device, Func<LeaseRequest, bool> isGrantable)
    {
        LeaseRequest? oldest = null;
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (IsWaitingOn(request, device) && (oldest is null || request.Sequence < oldest.Sequence) && isGrantable(request))
                oldest = request;
        }

        return oldest;
    }

    private static bool IsWaitingOn(LeaseRequest request, ScheduledDevice device) =>
        request.ScheduledModel.Device == device && request.RequestState == RequestState.Waiting && !request.IsPreload;
}
