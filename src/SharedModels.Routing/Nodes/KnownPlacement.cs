namespace SharedModels.Routing.Nodes;

/// <summary>What is known about a model on one node.</summary>
internal sealed class KnownPlacement(KnownNode node, KnownModel model)
{
    private long _arrival;
    private long _reportedAt;

    public KnownNode Node => node;

    public KnownModel Model => model;

    public KnownDevice? Device { get; private set; }

    public ModelPresence Presence { get; private set; }

    /// <summary>Indicates whether the load time was measured on this node.</summary>
    public bool IsMeasured { get; private set; }

    public bool IsUnavailable { get; private set; }

    public int Queued { get; private set; }

    public bool IsReplica => Presence is ModelPresence.Resident or ModelPresence.Arriving;

    /// <summary>The number of the report that the state is from.</summary>
    public long Number { get; private set; }

    /// <summary>The index in <see cref="KnownModel.Present"/>, or -1.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The value of <see cref="IsReplica"/> that the model has counted.</summary>
    public bool CountsAsReplica { get; set; }

    /// <summary>The value of <see cref="Queued"/> that the model has counted.</summary>
    public int CountedQueue { get; set; }

    public void Apply(ModelReport report, KnownDevice? device, long number, long now, long reportDelay)
    {
        Number = number;
        model.LoadTicks = report.LoadTime?.Ticks ?? model.LoadTicks;
        model.Bytes = report.Bytes > 0 ? report.Bytes : model.Bytes;
        IsMeasured = report.Arrival is not null;
        IsUnavailable = report.IsUnavailable;
        Queued = report.Queued;

        // A report that was written before the request arrived does not know that the model is on its way.
        var isOutdated = Presence == ModelPresence.Arriving
            && report.Presence is ModelPresence.Absent or ModelPresence.OnHost
            && !report.IsUnavailable
            && now - _reportedAt <= reportDelay;
        if (!isOutdated)
        {
            Presence = report.Presence;
            Device = device;
            _arrival = report.Arrival?.Ticks ?? 0;
            _reportedAt = now;
        }

        model.Update(this);
    }

    /// <summary>Assumes that the node brings the model to a device, because a request was sent there.</summary>
    public void Expect(long arrival, KnownDevice? device, long now)
    {
        if (IsReplica)
            return;
        Presence = ModelPresence.Arriving;
        Device = device;
        _arrival = arrival;
        _reportedAt = now;
        model.Update(this);
    }

    /// <summary>Forgets the model, because the node has left or its new report does not list the model.</summary>
    public void Forget()
    {
        Presence = ModelPresence.Absent;
        Device = null;
        Queued = 0;
        IsMeasured = IsUnavailable = false;
        model.Update(this);
    }

    /// <summary>Returns the expected time until the model is on a device, in ticks.</summary>
    public long ArrivalAt(long now, long unknown) => Presence switch
    {
        ModelPresence.Resident => 0,
        ModelPresence.Arriving => Math.Max(0, _arrival - (now - _reportedAt)),
        _ => IsMeasured ? _arrival : model.LoadTicks ?? unknown,
    };
}
