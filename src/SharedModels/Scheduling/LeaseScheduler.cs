using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <summary>
/// Decides who gets which model when, and what is loaded, moved and evicted for that. Events come in as calls, decisions go out as effects, and
/// the time is an argument: there are no locks, tasks or clocks inside. Not safe for use by many threads.
/// </summary>
/// <remarks>
/// Requests of higher priority go first, and within a priority the older ones, but requests whose model is on the device overtake those whose model
/// is not, up to <see cref="SchedulingPolicy.MaxBypass"/> times: ABCABC becomes AABBCC, but nobody starves. A holder that has leases never waits for
/// others' turns.
/// </remarks>
internal sealed partial class LeaseScheduler(SchedulingPolicy policy)
{
    private readonly List<ScheduledDevice> _devices = [];
    private readonly List<ScheduledModel> _models = [];
    private readonly List<WaitingLine> _groups = [];
    private readonly DeadlineQueue _deadlines = new();
    private List<SchedulerEffect> _effects = [];
    private SchedulingPolicy _policy = policy;

    // The CPU: its budget is that of the host's memory, which models take wherever they run.
    private ScheduledDevice? _host;
    private long _lastSequence;
    private int _waiting;

    public IReadOnlyList<ScheduledDevice> Devices => _devices;

    public IReadOnlyList<ScheduledModel> Models => _models;

    public bool IsShuttingDown { get; private set; }

    /// <summary>When <see cref="Advance"/> has something to do, in ticks; <see cref="long.MaxValue"/> if never.</summary>
    public long NextDeadline => _deadlines.Earliest;

    /// <summary>Whether nothing of any model is in memory.</summary>
    public bool IsAtRest => _models.TrueForAll(static model => model.IsFreed);

    /// <summary>Whether nothing is in memory but models in use.</summary>
    public bool IsAtRestExceptInUse => _models.TrueForAll(static model => model.Users > 0 || model.IsFreed);

    public bool HasEffects => _effects.Count > 0;

    /// <summary>Hands out what is to be done since the last call, in exchange for an empty list.</summary>
    public List<SchedulerEffect> TakeEffects(List<SchedulerEffect>? empty = null)
    {
        var effects = _effects;
        _effects = empty ?? [];
        return effects;
    }

    public void Add(ScheduledDevice device)
    {
        _devices.Add(device);
        if (device.Device.IsCpu)
            _host = device;
    }

    public void Add(ScheduledModel model) => _models.Add(model);

    /// <summary>The line for requests that want all the models at once; each is named once.</summary>
    public WaitingLine LineFor(ScheduledModel[] models)
    {
        if (models is [var only])
            return only.Waiting;
        foreach (var group in _groups)
        {
            if (group.Models.SequenceEqual(models))
                return group;
        }

        return new WaitingLine(models);
    }

    /// <summary>Takes over changed numbers; the settings of models and devices have been changed already.</summary>
    public void Reconfigure(SchedulingPolicy policy, long now)
    {
        _policy = policy;
        foreach (var model in _models)
        {
            _deadlines.Remove(model);
            Settle(model, now);
        }

        Dispatch(now);
        AssertInvariants();
    }

    /// <summary>Grants the request at once (<see langword="true"/>), or queues or refuses it.</summary>
    /// <param name="request">The request, which neither waits nor is granted.</param>
    /// <param name="now">The time in ticks.</param>
    /// <param name="timeout">How long it waits at most, in ticks.</param>
    /// <param name="hasDeadline">Whether it is refused now if it could only be granted later than that.</param>
    public bool TryAcquire(LeaseRequest request, long now, long timeout = long.MaxValue, bool hasDeadline = false)
    {
        var line = request.Line;
        if (ReasonToRefuse(request, now) is { } refusal)
            return RefuseAtOnce(request, refusal, now);

        foreach (var model in line.Models)
            model.Popularity.Count(now, _policy.PopularityHalfLife);
        if (IsGrantableNow(request))
        {
            request.EnqueuedAt = now;
            Grant(request, now);
            if (_urgentHolders > 0)
                Dispatch(now);
            AssertInvariants();
            return true;
        }

        var full = request.IsPreload ? null : FullDevice(line);
        if (full is not null && (line.Count > 0 || !CanGrant(request)))
            return RefuseAtOnce(request, Describe(RefusalReason.QueueFull, full, now), now);
        if (hasDeadline && LeastWait(request, now) > timeout)
            return RefuseAtOnce(request, Describe(RefusalReason.TooLate, line.Models[0].Device!, now), now);

        Enqueue(request, now);
        if (timeout != long.MaxValue)
            _deadlines.Set(request, Later(now, timeout));
        if (!IsMereWait(request))
            Dispatch(now);

        if (full is not null && request.RequestState == RequestState.Waiting)
        {
            Refuse(request, line.Models[0], Describe(RefusalReason.QueueFull, full, now), now);
            Dispatch(now);
        }

        AssertInvariants();
        return false;
    }

    /// <summary>Takes a waiting request out of the queue; <see langword="false"/> if it waits no longer.</summary>
    public bool TryCancel(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Waiting)
            return false;
        // Nobody waits behind one that others of its line were before.
        var isHead = request.PreviousInQueue is null || request.Holder.Leases > 0;
        Leave(request, now);
        if (isHead)
            Dispatch(now);
        AssertInvariants();
        return true;
    }

    /// <summary>Gives a granted request's model back; does nothing for any other.</summary>
    public void Release(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Granted)
            return;
        var (model, holder) = (request.ScheduledModel, request.Holder);
        var device = model.Device!;
        var wasUrgent = holder.IsUrgent;
        holder.Remove(request);
        CountUrgent(holder, wasUrgent);
        request.RequestState = RequestState.Idle;
        _deadlines.Remove(request);
        if (request.IsOverdue)
            model.OverdueLeases--;
        request.IsOverdue = false;
        if (!holder.Holds(model))
        {
            model.Users--;
            device.UsedBytes -= model.Footprint.WorkingBytes;
            device.WorkingBytes -= model.Footprint.WorkingBytes;
        }

        if (!holder.HoldsOn(device))
            device.FreeSlot(holder, now);
        model.LastUsed = now;
        Settle(model, now);
        if (_waiting > 0 || device.IsOverBudget || _host is { IsOverBudget: true })
            Dispatch(now);
        AssertInvariants();
    }

    /// <summary>Ends waits that took too long, tells holders that hold too long, frees models that were idle long enough, and has lost devices probed.</summary>
    public void Advance(long now)
    {
        while (_deadlines.TakeDue(now) is { } due)
        {
            switch (due)
            {
                case LeaseRequest { RequestState: RequestState.Granted } overdue:
                    overdue.IsOverdue = true;
                    overdue.ScheduledModel.OverdueLeases++;
                    Effect(new(SchedulerEffectKind.Overdue, overdue.ScheduledModel, overdue));
                    break;
                case LeaseRequest request:
                    Refuse(request, request.ScheduledModel, Describe(RefusalReason.TimedOut, request.ScheduledModel.Device!, now), now);
                    break;
                case ScheduledModel model:
                    Settle(model, now);
                    break;
                case DeviceProbe probe:
                    Effect(new(SchedulerEffectKind.Probe, Device: probe.Device));
                    break;
            }
        }

        Dispatch(now);
        AssertInvariants();
    }

    /// <summary>Refuses all that wait or come later, and frees every model as soon as it is idle.</summary>
    public void BeginShutdown(long now)
    {
        IsShuttingDown = true;
        foreach (var device in _devices)
            _deadlines.Remove(device.Probe);
        foreach (var model in _models)
        {
            RefuseAll(model, new Refusal(RefusalReason.ShuttingDown) { Device = model.Device?.Device }, now);
            Settle(model, now);
        }

        AssertInvariants();
    }

    private static long Later(long now, long time) => time > long.MaxValue - now ? long.MaxValue : now + time;

    /// <summary>Whether a model before this one is on the same device, so that what concerns the device was done already.</summary>
    private static bool IsRepeated(ReadOnlySpan<ScheduledModel> models, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (models[i].Device == models[index].Device)
                return true;
        }

        return false;
    }

    private static ScheduledDevice? FullDevice(WaitingLine line)
    {
        foreach (var model in line.Models)
        {
            if (model.Device!.QueueLength >= model.Device.MaxQueueLength)
                return model.Device;
        }

        return null;
    }

    private bool RefuseAtOnce(LeaseRequest request, Refusal refusal, long now)
    {
        Effect(new(SchedulerEffectKind.Refuse, request.ScheduledModel, request, refusal));
        foreach (var model in request.Line.Models)
            Settle(model, now);
        return false;
    }

    /// <summary>Says why a new request cannot even wait; otherwise each of its models has a device afterwards.</summary>
    private Refusal? ReasonToRefuse(LeaseRequest request, long now)
    {
        foreach (var model in request.Line.Models)
        {
            if (IsShuttingDown)
                return new(RefusalReason.ShuttingDown) { Device = model.Device?.Device };
            if (model.Refusal is { } refusal && now < model.RetryAt)
                return refusal with { RetryAfter = TimeSpan.FromTicks(model.RetryAt - now) };
            if ((model.Device is not { IsLost: false } || model.Device == model.Settings.Fallback) && !TryAttach(model, now))
                return model.Settings.Candidates.Count == 0 ? new(RefusalReason.NoDevice) : DescribeLoss(model, now);

            // It would wait for itself to give the model back.
            if (model.IsLost && request.Holder.Holds(model))
                return DescribeLoss(model, now);
        }

        return null;
    }

    /// <summary>Whether a new request changes nothing for anybody: its model is there, and others have it or the device.</summary>
    private bool IsMereWait(LeaseRequest request) =>
        request is { Line: { IsGroup: false, IsPreload: false }, Holder.Leases: 0, ScheduledModel: { Residency: ModelResidency.OnDevice, Footprint.WorkingBytes: 0, IsLost: false } model }
        && model.Device is { } device
        && (!device.HasFreeSlot || model.IsTaken)
        && _policy.BypassBound(device.QueueLength) == _policy.BypassBound(device.QueueLength - 1);

    private void Enqueue(LeaseRequest request, long now)
    {
        var line = request.Line;
        request.RequestState = RequestState.Waiting;
        request.Sequence = ++_lastSequence;
        request.EnqueuedAt = now;
        request.Holder.Add(request);
        if (line is { IsGroup: true, Count: 0 })
            Open(line);
        line.Enqueue(request);
        Count(request, 1);
    }

    /// <summary>Takes a request out of everything that knows it.</summary>
    private void Dequeue(LeaseRequest request)
    {
        var line = request.Line;
        _deadlines.Remove(request);
        request.Holder.Remove(request);
        request.RequestState = RequestState.Idle;
        line.Remove(request);
        Count(request, -1);
        if (line is { IsGroup: true, Count: 0 })
            Close(line);
    }

    private void Count(LeaseRequest request, int change)
    {
        _waiting += change;
        if (!request.IsPreload)
        {
            var wasUrgent = request.Holder.IsUrgent;
            request.Holder.Waits += change;
            CountUrgent(request.Holder, wasUrgent);
        }

        var models = request.Line.Models;
        for (var i = 0; i < models.Length; i++)
        {
            if (request.IsPreload)
                models[i].Device!.PreloadCount += change;
            else if (!IsRepeated(models, i))
                models[i].Device!.QueueLength += change;
        }
    }

    private void Open(WaitingLine group)
    {
        _groups.Add(group);
        foreach (var model in group.Models)
            model.Lines.Add(group);
    }

    private void Close(WaitingLine group)
    {
        _groups.Remove(group);
        foreach (var model in group.Models)
            model.Lines.Remove(group);
    }

    /// <summary>Takes a request out without an answer, and lets its models and devices go on without it.</summary>
    private void Leave(LeaseRequest request, long now)
    {
        Dequeue(request);
        foreach (var model in request.Line.Models)
            Settle(model, now);
    }
}
