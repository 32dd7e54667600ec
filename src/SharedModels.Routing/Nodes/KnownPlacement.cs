namespace SharedModels.Routing.Nodes;

/// <summary>The known state of a model on one node.</summary>
internal sealed class KnownPlacement(KnownNode node, KnownModel model)
{
    private long? _arrival;
    private long _reportedAt;
    private (ModelPresence Presence, KnownDevice? Device, long? Arrival, long ReportedAt)? _beforeExpected;
    private int _reportsWithout;

    public KnownNode Node => node;

    public KnownModel Model => model;

    public KnownDevice? Device { get; private set; }

    public ModelPresence Presence { get; private set; }

    public bool IsUnavailable { get; private set; }

    public int Queued { get; private set; }

    /// <summary>The version that serves new requests, or 0.</summary>
    public int Version { get; private set; }

    /// <summary>Indicates whether a request was sent to bring the model, and no report has listed it since then.</summary>
    public bool IsExpected => _beforeExpected is not null;

    public bool IsReplica => Presence is ModelPresence.Resident or ModelPresence.Arriving;

    /// <summary>The number of the report that the state is from.</summary>
    public long Number { get; private set; }

    /// <summary>The index in <see cref="KnownModel.Present"/>, or -1.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The value of <see cref="Presence"/> that the model has counted.</summary>
    public ModelPresence Counted { get; set; }

    /// <summary>The value of <see cref="Queued"/> that the model has counted.</summary>
    public int CountedQueue { get; set; }

    public void Apply(ModelReport report, KnownDevice? device, long number, long now, long reportDelay)
    {
        Number = number;
        model.LoadTicks = report.LoadTime?.Ticks ?? model.LoadTicks;
        model.Bytes = report.Bytes > 0 ? report.Bytes : model.Bytes;
        IsUnavailable = report.IsUnavailable;
        Queued = report.Queued;
        Version = report.Version;

        // A report that was written before the request arrived does not know that the model is on its way.
        var isOutdated = Presence == ModelPresence.Arriving
            && report.Presence is ModelPresence.Absent or ModelPresence.OnHost
            && !report.IsUnavailable
            && now - _reportedAt <= reportDelay;
        if (!isOutdated)
        {
            Presence = report.Presence;
            Device = device;
            _arrival = report.Arrival?.Ticks;
            _reportedAt = now;
            _beforeExpected = null;
        }

        model.Update(this);
    }

    /// <summary>Assumes that the node brings the model to a device, because a request was sent there.</summary>
    public void Expect(long arrival, KnownDevice? device, long now)
    {
        if (IsReplica)
            return;
        _beforeExpected = (Presence, Device, _arrival, _reportedAt);
        _reportsWithout = 0;
        Presence = ModelPresence.Arriving;
        Device = device;
        _arrival = arrival;
        _reportedAt = now;
        model.Update(this);
    }

    /// <summary>Takes an expectation back, because the request has not begun. A report has priority if one has come meanwhile.</summary>
    public void Withdraw()
    {
        if (_beforeExpected is not { } before)
            return;
        (Presence, Device, _arrival, _reportedAt) = before;
        _beforeExpected = null;
        model.Update(this);
    }

    /// <summary>
    /// Withdraws the expectation of a request that has been answered, if two reports do not list the model. The first one may have been
    /// written before the answer. Returns true if the model is not expected any more.
    /// </summary>
    public bool Confirm()
    {
        if (_reportsWithout++ > 0)
            Withdraw();
        return !IsExpected;
    }

    /// <summary>Forgets the requests that wait for the model, because the node no longer reports them.</summary>
    public void ForgetQueue()
    {
        Queued = 0;
        model.Update(this);
    }

    /// <summary>Forgets the model, because the node has left or its new report does not list the model.</summary>
    public void Forget()
    {
        Presence = ModelPresence.Absent;
        Device = null;
        Queued = 0;
        IsUnavailable = false;
        _arrival = null;
        _beforeExpected = null;
        model.Update(this);
    }

    public NodeModelState Describe() => new(model.Id, Device?.Id, Presence, model.Bytes, Queued, Version, IsUnavailable);

    /// <summary>Returns the expected time until the model is on a device, in ticks.</summary>
    public long ArrivalAt(long now, long unknown)
    {
        if (Presence == ModelPresence.Resident)
            return 0;
        var arrival = _arrival ?? model.LoadTicks ?? unknown;
        return Presence == ModelPresence.Arriving ? Math.Max(0, arrival - (now - _reportedAt)) : arrival;
    }
}
