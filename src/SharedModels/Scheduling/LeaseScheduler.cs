using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <summary>
/// Decides who gets which model when, and what is loaded, moved and evicted for that. Events come in as calls, decisions go out as effects, and
/// the time is an argument: there are no locks, tasks or clocks inside. Not safe for use by many threads.
/// </summary>
/// <remarks>
/// Requests of higher priority go first, and within a priority the older ones, but requests whose model is on the device overtake those whose model
/// is not, up to <see cref="SchedulingPolicy.MaxBypass"/> times: ABCABC becomes AABBCC, but nobody starves. A holder with a slot on a device never
/// waits for a slot there.
/// </remarks>
internal sealed partial class LeaseScheduler(SchedulingPolicy policy)
{
    private readonly List<ScheduledDevice> _devices = [];
    private readonly List<ScheduledModel> _models = [];
    private readonly DeadlineQueue _deadlines = new();
    private readonly List<SchedulerEffect> _effects = [];
    private long _lastSequence;

    public IReadOnlyList<ScheduledDevice> Devices => _devices;

    public IReadOnlyList<ScheduledModel> Models => _models;

    public bool IsShuttingDown { get; private set; }

    /// <summary>When <see cref="Advance"/> has something to do, in ticks; <see cref="long.MaxValue"/> if never.</summary>
    public long NextDeadline => _deadlines.Earliest;

    /// <summary>Whether nothing of any model is in memory.</summary>
    public bool IsAtRest => _models.TrueForAll(IsFreed);

    /// <summary>Whether nothing is in memory but models in use.</summary>
    public bool IsAtRestExceptInUse => _models.TrueForAll(static model => model.Users > 0 || IsFreed(model));

    public bool HasEffects => _effects.Count > 0;

    /// <summary>Hands out what is to be done since the last call.</summary>
    public SchedulerEffect[] TakeEffects()
    {
        var effects = _effects.ToArray();
        _effects.Clear();
        return effects;
    }

    public void Add(ScheduledDevice device) => _devices.Add(device);

    public void Add(ScheduledModel model) => _models.Add(model);

    /// <summary>Grants the request at once (<see langword="true"/>), or queues or refuses it.</summary>
    public bool TryAcquire(LeaseRequest request, long now, long timeout = long.MaxValue)
    {
        var model = request.ScheduledModel;
        if (ReasonToRefuse(request, now) is { } refusal)
        {
            _effects.Add(new(SchedulerEffectKind.Refuse, model, request, refusal));
            return false;
        }

        model.Popularity.Count(now, policy.PopularityHalfLife);
        var device = model.Device ?? Attach(model);
        if (IsGrantableNow(request, device))
        {
            request.EnqueuedAt = now;
            request.Holder.Add(request);
            Grant(request, device, now);
            AssertInvariants();
            return true;
        }

        var mustNotWait = !request.IsPreload && device.QueueLength >= device.MaxQueueLength;
        if (mustNotWait && (model.Waiting.Count > 0 || !CanGrant(request)))
        {
            _effects.Add(new(SchedulerEffectKind.Refuse, model, request, Describe(RefusalReason.QueueFull, device, now)));
            Settle(model, now);
            return false;
        }

        Enqueue(request, device, now);
        if (timeout != long.MaxValue)
            _deadlines.Set(request, Later(now, timeout));
        Dispatch(device, now);
        if (mustNotWait && request.RequestState == RequestState.Waiting)
            Refuse(request, Describe(RefusalReason.QueueFull, device, now), now);
        AssertInvariants();
        return false;
    }

    /// <summary>Takes a waiting request out of the queue; <see langword="false"/> if it waits no longer.</summary>
    public bool TryCancel(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Waiting)
            return false;
        var device = request.ScheduledModel.Device!;
        Dequeue(request, device);
        Settle(request.ScheduledModel, now);
        Dispatch(device, now);
        AssertInvariants();
        return true;
    }

    /// <summary>Gives a granted request's model back; does nothing for any other.</summary>
    public void Release(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Granted)
            return;
        var model = request.ScheduledModel;
        var device = model.Device!;
        request.RequestState = RequestState.Idle;
        request.Holder.Remove(request);
        if (policy.MaxHold != long.MaxValue && !_deadlines.Remove(request))
            model.OverdueLeases--;
        if (!request.Holder.Holds(model))
            model.Users--;
        if (!request.Holder.HoldsOn(device))
            device.FreeSlot(request.Holder, now);
        model.LastUsed = now;
        Settle(model, now);
        Dispatch(device, now);
        AssertInvariants();
    }

    /// <summary>Ends waits that took too long, tells holders that hold too long, and frees models that were idle long enough.</summary>
    public void Advance(long now)
    {
        while (_deadlines.TakeDue(now) is { } due)
        {
            if (due is LeaseRequest { RequestState: RequestState.Granted } overdue)
            {
                overdue.ScheduledModel.OverdueLeases++;
                _effects.Add(new(SchedulerEffectKind.Overdue, overdue.ScheduledModel, overdue));
            }
            else if (due is LeaseRequest request)
            {
                var device = request.ScheduledModel.Device!;
                Refuse(request, Describe(RefusalReason.TimedOut, device, now), now);
                Dispatch(device, now);
            }
            else
            {
                Settle((ScheduledModel)due, now);
            }
        }

        AssertInvariants();
    }

    /// <summary>Refuses all that wait or come later, and frees every model as soon as it is idle.</summary>
    public void BeginShutdown(long now)
    {
        IsShuttingDown = true;
        foreach (var model in _models)
        {
            RefuseAll(model, new Refusal(RefusalReason.ShuttingDown) { Device = model.Device?.Device }, now);
            Settle(model, now);
        }

        AssertInvariants();
    }

    private static long Later(long now, long time) => time > long.MaxValue - now ? long.MaxValue : now + time;

    /// <summary>Chooses the device with the most room, of those that the model fits on; it keeps to it until it is neither there nor wanted.</summary>
    private static ScheduledDevice Attach(ScheduledModel model)
    {
        var device = model.Settings.Candidates.MaxBy(device => (model.BytesOn(device) <= device.BudgetBytes, device.BudgetBytes - device.UsedBytes))!;
        model.Device = device;
        device.Models.Add(model);
        return device;
    }

    private static bool IsFreed(ScheduledModel model) => model.Residency is ModelResidency.Registered or ModelResidency.Faulted;

    private static bool IsGrantableNow(LeaseRequest request, ScheduledDevice device)
    {
        if (request.IsPreload)
            return request.ScheduledModel.Residency == ModelResidency.OnDevice;
        var mayOvertake = !device.IsWanted || request.Holder.HoldsOn(device);
        return mayOvertake && CanGrant(request);
    }

    private Refusal? ReasonToRefuse(LeaseRequest request, long now)
    {
        var model = request.ScheduledModel;
        if (IsShuttingDown)
            return new(RefusalReason.ShuttingDown) { Device = model.Device?.Device };
        if (model.Settings.Candidates.Count == 0)
            return new(RefusalReason.NoDevice);
        if (model.Residency == ModelResidency.Faulted && now < model.RetryAt)
        {
            return new(RefusalReason.LoadFailed)
            {
                Device = model.Device?.Device,
                Cause = model.Error,
                RetryAfter = TimeSpan.FromTicks(model.RetryAt - now),
            };
        }

        return null;
    }

    private void Enqueue(LeaseRequest request, ScheduledDevice device, long now)
    {
        request.RequestState = RequestState.Waiting;
        request.Sequence = ++_lastSequence;
        request.EnqueuedAt = now;
        request.Holder.Add(request);
        if (request.IsPreload)
        {
            request.ScheduledModel.Preloads.Enqueue(request);
            device.PreloadCount++;
            return;
        }

        request.ScheduledModel.Waiting.Enqueue(request);
        request.Holder.Waits++;
        device.QueueLength++;
        if (device.SlotOf(request.Holder) >= 0)
            device.WaitingWithSlot++;
    }

    /// <summary>Takes a request out of everything that knows it.</summary>
    private void Dequeue(LeaseRequest request, ScheduledDevice device)
    {
        _deadlines.Remove(request);
        request.RequestState = RequestState.Idle;
        request.Holder.Remove(request);
        if (request.IsPreload)
        {
            request.ScheduledModel.Preloads.Remove(request);
            device.PreloadCount--;
            return;
        }

        request.ScheduledModel.Waiting.Remove(request);
        request.Holder.Waits--;
        device.QueueLength--;
        if (device.SlotOf(request.Holder) >= 0)
            device.WaitingWithSlot--;
    }
}
