namespace SharedModels.Scheduling;

/// <summary>In whose name leases are taken: a dependency-injection scope, or one explicit caller.</summary>
internal sealed class LeaseHolder
{
    private LeaseRequest? _first;

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

    public bool Holds(ScheduledModel model) => FirstGranted(model) is not null;

    public bool HoldsOn(ScheduledDevice device)
    {
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            if (request.ScheduledModel.Device == device && request.RequestState == RequestState.Granted)
                return true;
        }

        return false;
    }

    /// <summary>Bytes of the models that the holder uses on the device: they cannot make room for a further request of its own.</summary>
    public long BytesHeldOn(ScheduledDevice device)
    {
        long bytes = 0;
        for (var request = _first; request is not null; request = request.NextOfHolder)
        {
            var model = request.ScheduledModel;
            if (model.Device == device && request.RequestState == RequestState.Granted && request == FirstGranted(model))
                bytes += model.BytesOn(device);
        }

        return bytes;
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

    private LeaseRequest? FirstGranted(ScheduledModel model)
    {
        var request = _first;
        while (request is not null && (request.ScheduledModel != model || request.RequestState != RequestState.Granted))
            request = request.NextOfHolder;
        return request;
    }

    private static bool IsWaitingOn(LeaseRequest request, ScheduledDevice device) =>
        request.ScheduledModel.Device == device && request.RequestState == RequestState.Waiting && !request.IsPreload;
}
