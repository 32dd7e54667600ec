using SharedModels.Scheduling.Deadlocks;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling;

/// <summary>
/// Decides who gets which model when, and what is loaded, moved and evicted for that. Events come in as calls, decisions go out as effects, and the time
/// is an argument: there are no locks, tasks or clocks inside. Not thread-safe.
/// </summary>
/// <remarks>
/// Requests of higher priority go first, and within a priority the older ones, but requests whose model is on the device bypass those whose model is not,
/// within the bounds of <see cref="SchedulingPolicy"/>: ABCABC becomes AABBCC, and no request starves. A holder that has leases never waits for others'
/// turns.
/// </remarks>
internal sealed class LeaseScheduler
{
    private readonly SchedulerState _state;
    private readonly WaitQueues _queues = new();
    private readonly ServiceOrder _order;
    private readonly ModelLifecycle _lifecycle;
    private readonly RequestRejector _rejector;
    private readonly LeaseGranter _granter;
    private readonly ModelPlacer _placer;
    private readonly DeviceFailover _failover;
    private readonly StepHandler _steps;
    private readonly WaitGraph _waits;
    private readonly WaitEstimator _estimator;
    private readonly SchedulerInvariants _invariants;

    public LeaseScheduler(SchedulingPolicy policy)
    {
        _state = new(policy);
        _order = new(_state, _queues);
        var evictions = new EvictionPlanner(_state);
        _lifecycle = new(_state, _queues);
        _rejector = new(_state, _queues, _lifecycle);
        _granter = new(_state, _queues);
        _placer = new(_state, _order, evictions, _lifecycle, _rejector);
        _failover = new(_state, new(evictions), _lifecycle, _rejector);
        _steps = new(_state, _lifecycle, _rejector);
        _waits = new(_state, _queues);
        _estimator = new(_state);
        _invariants = new(_state, _order);
    }

    public IReadOnlyList<ScheduledDevice> Devices => _state.Devices;

    public IReadOnlyList<ScheduledModel> Models => _state.Models;

    public bool IsShuttingDown => _state.IsShuttingDown;

    /// <summary>When <see cref="Advance"/> has something to do, in ticks; <see cref="long.MaxValue"/> if never.</summary>
    public long NextDeadline => _state.Deadlines.Earliest;

    /// <summary>Whether nothing of any model is in memory.</summary>
    public bool IsAtRest => _state.Models.TrueForAll(static model => model.IsFreed);

    /// <summary>Whether nothing is in memory but models in use.</summary>
    public bool IsAtRestExceptInUse => _state.Models.TrueForAll(static model => model.Users > 0 || model.IsFreed);

    public bool HasEffects => _state.HasEffects;

    /// <inheritdoc cref="SchedulerState.TakeEffects"/>
    public List<SchedulerEffect> TakeEffects(List<SchedulerEffect>? empty = null) => _state.TakeEffects(empty);

    public void Add(ScheduledDevice device) => _state.Add(device);

    public void Add(ScheduledModel model) => _state.Models.Add(model);

    /// <inheritdoc cref="WaitQueues.QueueFor"/>
    public WaitQueue QueueFor(ScheduledModel[] models) => _queues.QueueFor(models);

    /// <summary>Takes over changed numbers; the settings of models and devices have been changed already.</summary>
    public void Reconfigure(SchedulingPolicy policy, long now)
    {
        _state.Policy = policy;
        foreach (var model in _state.Models)
        {
            _state.Deadlines.Remove(model);
            _lifecycle.ReconcileIdleModel(model, now);
        }

        Dispatch(now);
    }

    /// <summary>Grants the request at once (<see langword="true"/>), or queues or rejects it.</summary>
    /// <param name="request">The request, which neither waits nor is granted.</param>
    /// <param name="now">The time in ticks.</param>
    /// <param name="timeout">The maximum time to wait, in ticks.</param>
    /// <param name="hasDeadline">Whether it is rejected now if it could only be granted later than that.</param>
    public bool TryAcquire(LeaseRequest request, long now, long timeout = long.MaxValue, bool hasDeadline = false)
    {
        var queue = request.Queue;
        if (FindRejection(request, now) is { } rejection)
            return RejectAtOnce(request, rejection, now);

        foreach (var model in queue.Models)
            model.Popularity.Count(now, _state.Policy.PopularityHalfLife);
        if (GrantRules.IsGrantableNow(request))
        {
            request.EnqueuedAt = now;
            _granter.Grant(request, now);
            if (_queues.UrgentHolders.Count > 0)
                Dispatch(now);
            else
                _invariants.Check();
            return true;
        }

        var full = request.IsPreload ? null : FindFullDevice(queue);
        if (full is not null && (queue.Count > 0 || !GrantRules.CanGrant(request)))
            return RejectAtOnce(request, WaitEstimator.Describe(RejectionReason.QueueFull, full, now), now);
        if (hasDeadline && _estimator.LeastWait(request, now) > timeout)
            return RejectAtOnce(request, WaitEstimator.Describe(RejectionReason.TooLate, queue.Models[0].Device!, now), now);

        _queues.Enqueue(request, now);
        if (timeout != long.MaxValue)
            _state.Deadlines.Set(request, Ticks.After(now, timeout));
        if (!IsMereWait(request))
            Dispatch(now);

        if (full is not null && request.RequestState == RequestState.Waiting)
        {
            _rejector.Reject(request, queue.Models[0], WaitEstimator.Describe(RejectionReason.QueueFull, full, now), now);
            Dispatch(now);
        }

        _invariants.Check();
        return false;
    }

    /// <summary>Takes a waiting request out of the queue; <see langword="false"/> if it does not wait any more.</summary>
    public bool TryCancel(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Waiting)
            return false;

        // Nobody waits for a request that others of its queue are before.
        var isHead = request.PreviousInQueue is null || request.Holder.Leases > 0;
        _rejector.Remove(request, now);
        if (isHead)
            Dispatch(now);
        else
            _invariants.Check();
        return true;
    }

    /// <summary>Gives a waiting request a higher priority; does nothing for any other.</summary>
    public void Raise(LeaseRequest request, int priority, long now)
    {
        if (request.RequestState != RequestState.Waiting || priority <= request.Priority)
            return;
        request.Queue.Raise(request, priority);
        Dispatch(now);
    }

    /// <summary>Takes a granted request's model back; does nothing for any other.</summary>
    public void Release(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Granted)
            return;
        var model = request.ScheduledModel;
        _granter.Release(request, now);
        _lifecycle.ReconcileIdleModel(model, now);
        if (_queues.Count > 0 || _state.Devices.Exists(static device => device.Memory.IsOverBudget))
            Dispatch(now);
        else
            _invariants.Check();
    }

    /// <summary>Ends waits and holds that took too long, frees models that were idle long enough, and has lost devices probed.</summary>
    public void Advance(long now)
    {
        while (_state.Deadlines.TakeDue(now) is { } due)
        {
            switch (due)
            {
                case LeaseRequest { RequestState: RequestState.Granted } overdue:
                    overdue.IsOverdue = true;
                    overdue.ScheduledModel.OverdueLeases++;
                    _state.Emit(new(SchedulerEffectKind.Overdue, overdue.ScheduledModel, overdue, Waited: _state.Policy.MaxHold));
                    break;
                case LeaseRequest request:
                    var at = request.ScheduledModel.Device!;
                    _rejector.Reject(request, request.ScheduledModel, WaitEstimator.Describe(RejectionReason.TimedOut, at, now), now);
                    break;
                case ScheduledModel model:
                    _lifecycle.ReconcileIdleModel(model, now);
                    break;
                case DeviceProbe probe:
                    _state.Emit(new(SchedulerEffectKind.Probe, Device: probe.Device));
                    break;
            }
        }

        Dispatch(now);
    }

    /// <summary>Takes over how a step ended that an effect asked for.</summary>
    public void Complete(in StepResult result, long now)
    {
        if (result.Model is not { } model)
        {
            EndProbe(result, now);
            return;
        }

        if (result.FailureKind == StepFailure.DeviceLost)
            LoseDevice(result.Device!, result.Failure!, now, result.Generation);
        _steps.Complete(result, now);
        _lifecycle.ReconcileIdleModel(model, now);
        if (model is { IsWanted: true, Device.IsLost: true })
            _failover.Reroute(model, now);
        Dispatch(now);
    }

    /// <summary>The code of a step that was given up has ended, and what it took is free.</summary>
    public void Reclaim(AbandonedMemory abandoned, long now)
    {
        foreach (var (budget, bytes) in abandoned.Bytes)
            budget.Reclaim(bytes);
        abandoned.Bytes.Clear();
        Dispatch(now);
    }

    /// <summary>Puts a device out of service that does not work any more; it is probed until it works again.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cause">What is known of the cause.</param>
    /// <param name="now">The time in ticks.</param>
    /// <param name="generation">The <see cref="ScheduledDevice.Generation"/> that this was seen in; that of an earlier one is no news.</param>
    public void LoseDevice(ScheduledDevice device, Failure cause, long now, int? generation = null)
    {
        if (device.IsLost || device.Device.IsCpu || (generation ?? device.Generation) != device.Generation)
            return;
        _failover.Lose(device, cause, now);
        Dispatch(now);
    }

    /// <summary>Frees what an idle model holds on its device; <see langword="false"/> if it is not on one, in use, or wanted.</summary>
    public bool TryEvict(ScheduledModel model, long now)
    {
        if (!model.IsIdle || !EvictionPlanner.IsEvictable(model, now))
            return false;
        _lifecycle.Evict(model, EvictionReason.Request);
        _invariants.Check();
        return true;
    }

    /// <summary>Rejects all requests that wait or come later, and frees every model as soon as it is idle.</summary>
    public void BeginShutdown(long now)
    {
        _state.IsShuttingDown = true;
        foreach (var device in _state.Devices)
            _state.Deadlines.Remove(device.Probe);
        foreach (var model in _state.Models)
        {
            _rejector.RejectAll(model, new Rejection(RejectionReason.ShuttingDown) { Device = model.Device?.Device }, now);
            _lifecycle.ReconcileIdleModel(model, now);
        }

        _invariants.Check();
    }

    private static ScheduledDevice? FindFullDevice(WaitQueue queue)
    {
        foreach (var model in queue.Models)
        {
            if (model.Device!.QueueLength >= model.Device.MaxQueueLength)
                return model.Device;
        }

        return null;
    }

    private bool RejectAtOnce(LeaseRequest request, Rejection rejection, long now)
    {
        _state.Emit(new(SchedulerEffectKind.Reject, request.ScheduledModel, request, rejection));
        foreach (var model in request.Queue.Models)
            _lifecycle.ReconcileIdleModel(model, now);
        return false;
    }

    /// <summary>Says why a new request cannot even wait; otherwise each of its models has a device afterwards.</summary>
    private Rejection? FindRejection(LeaseRequest request, long now)
    {
        foreach (var model in request.Queue.Models)
        {
            if (_state.IsShuttingDown)
                return new(RejectionReason.ShuttingDown) { Device = model.Device?.Device };
            if (model.Rejection is { } rejection && now < model.RetryAt)
                return rejection with { RetryAfter = TimeSpan.FromTicks(model.RetryAt - now) };
            if ((model.Device is not { IsLost: false } || model.Device == model.Settings.Fallback) && !_failover.TryAttach(model, now))
                return model.Settings.Candidates.Count == 0 ? new(RejectionReason.NoDevice) : WaitEstimator.DescribeLoss(model, now);

            // It would wait for itself to release the model.
            if (model.IsLost && request.Holder.Holds(model))
                return WaitEstimator.DescribeLoss(model, now);
        }

        return null;
    }

    /// <summary>Whether a new request changes nothing for anybody: its model is there, and others have it or the device.</summary>
    private bool IsMereWait(LeaseRequest request) =>
        request is { Queue: { IsGroup: false, IsPreload: false }, Holder.Leases: 0, ScheduledModel: var model }
        && model is { Residency: ModelResidency.OnDevice, Footprint.WorkingBytes: 0, IsLost: false, Device: { } device }
        && (!device.HasFreeSlot || model.IsTaken)
        && _state.Policy.BypassBound(device.QueueLength) == _state.Policy.BypassBound(device.QueueLength - 1);

    private void EndProbe(in StepResult result, long now)
    {
        var device = result.Device!;
        if (!device.IsLost)
            return;
        _failover.EndProbe(device, result.Failure, now);
        if (result.Failure is null)
            Dispatch(now);
    }

    /// <summary>Serves every device until nothing changes, as what happens on one may concern requests on another.</summary>
    private void Dispatch(long now)
    {
        long before;
        var rounds = 0;
        do
        {
            before = _state.Decisions;
            SchedulerInvariants.AssertEnds(ref rounds);
            foreach (var device in _state.Devices)
                _placer.Trim(device, now);
            foreach (var device in _state.Devices)
                Serve(device, now);
        }
        while ((_state.Decisions != before && _queues.Count > 0) || BreakDeadlock(now));
        _invariants.Check();
    }

    private void Serve(ScheduledDevice device, long now)
    {
        var rounds = 0;
        while (device is { IsWanted: true, IsLost: false })
        {
            SchedulerInvariants.AssertEnds(ref rounds);
            if (ServeHolders(device, now))
                continue;
            if (_queues.UrgentHolders.Count == 0 && device.FindOnlyQueue() is { } queue && GrantRules.IsPlaced(queue))
            {
                queue.Refresh(now, _state.Policy.PriorityAgeing);
                if (!GrantRules.CanGrant(queue.Next!))
                    break;
                _granter.GrantWaiting(queue.Next!, now);
            }
            else if (!ServeInOrder(device, now))
            {
                break;
            }
        }

        _invariants.CheckWorkConserving(device, now);
    }

    /// <summary>Serves holders of leases, here or elsewhere, before all others: what they hold stays in use until they are served.</summary>
    private bool ServeHolders(ScheduledDevice device, long now)
    {
        if (_queues.UrgentHolders.Count == 0)
            return false;
        var holders = _state.Devices.SelectMany(static device => device.Slots.ToArray()).OfType<LeaseHolder>().Where(static holder => holder.IsUrgent);
        foreach (var holder in holders)
        {
            if (holder.FindWaitingOn(device, GrantRules.CanGrant) is { } request)
            {
                // But not before requests that must not be bypassed any more and can be served: otherwise holders could starve them.
                _order.ListWanted(device, now);
                _order.FindBarriers(device, now);
                if (_order.IsBehindBarrier(request, device, now) && _order.FindAtBound(device) is { } first)
                {
                    GrantInTurn(first, now);
                    return true;
                }

                _order.CountBypasses(request, now);
                request.Queue.CountBypass(request, now, _state.Policy.PriorityAgeing);
                _granter.GrantWaiting(request, now);
                return true;
            }

            if (holder.FindWaitingOn(device, request => _placer.FindBlockedByItself(request) is not null) is { } blocked)
            {
                ServeBlocked(blocked, holder, now);
                return true;
            }
        }

        return false;
    }

    /// <summary>Sends a model whose room its holder's other models take to another device, once; rejects the request if there is none.</summary>
    private void ServeBlocked(LeaseRequest blocked, LeaseHolder holder, long now)
    {
        var (model, budget) = _placer.FindBlockedByItself(blocked)!.Value;
        var mayMove = !model.WasRerouted && !model.IsBound && budget == model.Device!.Memory;
        if (mayMove && DeviceSelector.FindOther(model, mustHaveRoom: false, holder) is { } other)
        {
            model.WasRerouted = true;
            _lifecycle.Reattach(model, other);
            return;
        }

        var needed = DeviceSelector.BytesNeeded(budget, blocked.Queue, holder);
        _rejector.Reject(blocked, model, WaitEstimator.NeverFits(budget, needed), now);
    }

    private void GrantInTurn(LeaseRequest request, long now)
    {
        _order.CountBypasses(request, now);
        _granter.GrantWaiting(request, now);
    }

    private bool ServeInOrder(ScheduledDevice device, long now)
    {
        _order.ListWanted(device, now);
        _order.FindBarriers(device, now);
        if (!GrantInOrder(device, now))
            return !device.IsPlaced && _placer.PlaceInOrder(device, now);

        // With everything that is wanted here, and no slot for anybody else, there is nothing left to do.
        return !device.IsPlaced || device.HasFreeSlot || _queues.UrgentHolders.Count > 0;
    }

    private bool GrantInOrder(ScheduledDevice device, long now)
    {
        foreach (var queue in device.Wanted)
        {
            if (queue.IsPreload || _order.FirstInTurn(queue, device, now) is not { } request)
                continue;
            GrantInTurn(request, now);
            return true;
        }

        return false;
    }

    /// <summary>Rejects the request that closed a cycle of holders that each wait for the next, if there is one.</summary>
    private bool BreakDeadlock(long now)
    {
        if (_waits.FindCycle(now) is not [var youngest, ..] cycle)
            return false;
        var device = youngest.ScheduledModel.Device!;
        var rejection = new Rejection(RejectionReason.Deadlock) { Device = device.Device, QueueLength = device.QueueLength, Cycle = WaitGraph.Describe(cycle) };
        _rejector.Reject(youngest, youngest.ScheduledModel, rejection, now);
        return true;
    }
}
