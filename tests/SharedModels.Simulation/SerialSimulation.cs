namespace SharedModels.Simulation;

/// <summary>A policy that does one thing at a time. Transfers and computation never overlap.</summary>
/// <param name="trace">The trace.</param>
/// <param name="device">The device.</param>
internal sealed class SerialSimulation(Trace trace, SimulatedDevice device)
{
    private readonly Residents _resident = new(trace, device);
    private readonly BringAttempts _attempts = new(trace);
    private readonly SimulationLog _log = new(trace);
    private readonly LinkedList<int> _waiting = new();
    private readonly IEnumerator<DeviceOutage> _outages = trace.Faults.Outages.GetEnumerator();
    private TimeSpan _now;
    private int _arrived;

    /// <summary>Indicates whether requests for models on the device go first.</summary>
    public bool Collates { get; init; }

    /// <summary>Indicates whether the device holds only one model.</summary>
    public bool EvictsAll { get; init; }

    /// <summary>Indicates whether evicted models are copied back to the host.</summary>
    public bool CopiesBack { get; init; }

    public SimulationResult Run()
    {
        var outage = NextOutage();
        while (!_log.IsComplete)
        {
            if (_waiting.Count == 0 && trace.Requests[_arrived].Arrival > _now)
                _now = trace.Requests[_arrived].Arrival;
            if (_now >= outage.Start)
            {
                _resident.Clear();
                _now = _now > outage.End ? _now : outage.End;
                outage = NextOutage();
                continue;
            }

            while (_arrived < trace.Requests.Count && trace.Requests[_arrived].Arrival <= _now)
                _waiting.AddLast(_arrived++);
            Serve(Choose(), outage.Start);
        }

        return _log.ToResult(_now);
    }

    private LinkedListNode<int> Choose()
    {
        for (var node = _waiting.First; Collates && node is not null; node = node.Next)
        {
            if (_resident.Contains(trace.Requests[node.Value].Model))
                return node;
        }

        return _waiting.First!;
    }

    private void Serve(LinkedListNode<int> next, TimeSpan lossAt)
    {
        var request = trace.Requests[next.Value];
        if (!TryBring(request.Model))
        {
            _waiting.Remove(next);
            _log.Reject();
            return;
        }

        // The device was lost while the model was moving to it. The request keeps waiting.
        if (_now > lossAt)
            return;
        _waiting.Remove(next);
        _log.Serve(next.Value, _now);
        _now += request.Hold;
        if (_now <= lossAt)
            return;
        _log.Lose();
        _now = lossAt;
    }

    private bool TryBring(int model)
    {
        if (_resident.Contains(model))
        {
            _resident.Bring(model, _log.Served, WorthOf);
            return true;
        }

        if (!_attempts.TryLoad(model))
            return false;
        var bytes = _resident.Bring(model, _log.Served, WorthOf, EvictsAll) * (CopiesBack ? 2 : 1);
        _log.Move(bytes);
        _now += device.TransferTime(bytes);
        if (_attempts.TryMove(model))
            return true;
        _resident.Remove(model);
        return false;

        static long WorthOf(int model, long lastUse) => lastUse;
    }

    private DeviceOutage NextOutage() => _outages.MoveNext() ? _outages.Current : new(TimeSpan.MaxValue, TimeSpan.MaxValue);
}
