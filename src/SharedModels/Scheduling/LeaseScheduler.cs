using SharedModels.Scheduling.Batching;
using SharedModels.Scheduling.Deadlocks;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Replicas;

namespace SharedModels.Scheduling;

/// <summary>
/// Decides which requests are granted, and which models are loaded, moved and evicted for them. Events are method calls, decisions are
/// effects, and the time is an argument. The scheduler has no locks, tasks or clocks. It is not thread-safe.
/// </summary>
/// <remarks>
/// Requests with a higher priority go first, and within a priority the oldest request goes first. However, requests whose model is on the
/// device bypass requests whose model is not, within the bounds of <see cref="SchedulingPolicy"/>. ABCABC becomes AABBCC, and no request
/// starves. A holder that has leases never waits for its turn.
/// </remarks>
internal sealed class LeaseScheduler
{
    private readonly SchedulerState _state;
    private readonly WaitQueues _queues;
    private readonly ModelLifecycle _lifecycle;
    private readonly RequestRejector _rejector;
    private readonly LeaseGranter _granter;
    private readonly DeviceFailover _failover;
    private readonly StepHandler _steps;
    private readonly PreloadKeeper _keeper;
    private readonly WaitEstimator _estimator;
    private readonly DeadlineHandler _deadlines;
    private readonly QueueLimit _limit;
    private readonly RequestAdmission _admission;
    private readonly BatchFormer _batches;
    private readonly SchedulerInvariants _invariants;
    private readonly ModelPlacer _placer;
    private readonly Dispatcher _dispatcher;

    public LeaseScheduler(SchedulingPolicy policy)
    {
        _state = new(policy);
        _queues = new(_state);
        var order = new ServiceOrder(_state, _queues);
        var evictions = new EvictionPlanner(_state);
        _lifecycle = new(_state, _queues);
        _rejector = new(_state, _queues, _lifecycle);
        _granter = new(_state, _queues);
        var replicas = new ReplicaRouter(_state, _queues, order, _lifecycle);
        _failover = new(_state, new(evictions), _lifecycle, _rejector, replicas);
        _steps = new(_state, _lifecycle, _rejector);
        _keeper = new(_state, _queues, _failover, _rejector);
        _estimator = new(_state);
        _deadlines = new(_state, _lifecycle, _rejector, _estimator);
        _limit = new(_rejector, _estimator, _queues);
        _admission = new(_state, _failover, _estimator, _limit);
        _batches = new(_state, _queues);
        _invariants = new(_state, order);
        _placer = new(_state, order, evictions, _lifecycle, _rejector);
        var waits = new WaitGraph(_state, _queues);
        var planner = new ReplicaPlanner(_state, _queues, evictions, _lifecycle, _rejector);
        _dispatcher = new(
            _state, _queues, order, _granter, _placer, _lifecycle, _rejector, _keeper, replicas, planner, waits, _invariants);
    }

    public IReadOnlyList<ScheduledDevice> Devices => _state.Devices;

    public IReadOnlyList<ScheduledModel> Models => _state.Models;

    public SchedulingPolicy Policy => _state.Policy;

    public bool IsShuttingDown => _state.IsShuttingDown;

    /// <summary>Indicates whether the scheduler is shutting down or draining.</summary>
    public bool IsEnding => _state.IsShuttingDown || _state.IsDraining;

    /// <summary>The time at which to call <see cref="Advance"/>, in ticks, or <see cref="long.MaxValue"/> if there is no need to.</summary>
    public long NextDeadline => _state.Deadlines.Earliest;

    /// <summary>Indicates whether no model is in memory.</summary>
    public bool IsAtRest => _state.Models.TrueForAll(static model => model.IsFreed);

    /// <summary>Indicates whether only models in use are in memory.</summary>
    public bool IsAtRestExceptInUse => _state.Models.TrueForAll(static model => model.Users > 0 || model.IsFreed);

    public bool HasEffects => _state.HasEffects;

    /// <inheritdoc cref="SchedulerState.TakeEffects"/>
    public List<SchedulerEffect> TakeEffects(List<SchedulerEffect>? empty = null) => _state.TakeEffects(empty);

    public void Add(ScheduledDevice device) => _state.Add(device);

    public void Add(ScheduledModel model, long now)
    {
        _state.Models.Add(model);
        if (_keeper.TryAdd(model))
            _dispatcher.Dispatch(now);
    }

    /// <summary>Adds a replica of a model, with its own settings. It is loaded when that saves enough waiting.</summary>
    public void AddReplica(ScheduledModel model, ScheduledModel replica)
    {
        if (model.Replicas is null)
            _state.ReplicaSets.Add(new(model));
        model.Replicas!.Add(replica);
        _state.Models.Add(replica);
    }

    /// <inheritdoc cref="WaitQueues.QueueFor"/>
    public WaitQueue QueueFor(ScheduledModel[] models) => _queues.QueueFor(models);

    /// <summary>Starts to reload preloaded models whenever they are missing.</summary>
    public void KeepPreloaded(long now)
    {
        _keeper.Start();
        _dispatcher.Dispatch(now);
    }

    /// <summary>Applies a changed policy. The settings of models and devices have already been changed.</summary>
    public void Reconfigure(SchedulingPolicy policy, long now)
    {
        _state.NoteChange();
        _state.Policy = policy;
        foreach (var model in _state.Models)
        {
            if (model.Residency is not (ModelResidency.Evicting or ModelResidency.Unloading))
                _state.Deadlines.Remove(model);
            _lifecycle.ReconcileIdleModel(model, now);
            BatchFormer.EndOutdatedDelays(model);
        }

        _dispatcher.Dispatch(now);
    }

    /// <summary>Grants the request immediately and returns true, or queues or rejects it and returns false.</summary>
    /// <param name="request">The request, which is neither waiting nor granted.</param>
    /// <param name="now">The time in ticks.</param>
    /// <param name="timeout">The maximum time to wait, in ticks.</param>
    /// <param name="hasDeadline">True to reject the request immediately if it cannot be granted within the timeout.</param>
    public bool TryAcquire(LeaseRequest request, long now, long timeout = long.MaxValue, bool hasDeadline = false)
    {
        ReplicaRouter.Route(request);
        var before = _state.Decisions;
        if (_admission.FindRejection(request, now) is { } rejection)
            return RejectAtOnce(request, rejection, before, now);
        request.IsHeldBack = BatchFormer.MustHoldBack(request);
        if (GrantRules.IsGrantableNow(request))
        {
            GrantAtOnce(request, now);
            return true;
        }

        Count(request, now);
        var full = request.IsPreload ? null : QueueLimit.FindFullDevice(request.Queue);
        if (_admission.FindReasonNotToWait(request, full, hasDeadline ? timeout : long.MaxValue, now) is { } reason)
            return RejectAtOnce(request, reason, before, now);

        request.BypassTime = _state.Policy.BypassTime(timeout);
        _queues.Enqueue(request, now);
        if (request.IsPreload)
            _keeper.Yield(request.ScheduledModel, now);
        _batches.SetDeadline(request, now, timeout);
        BatchFormer.EndDelays(request);
        if (!GrantRules.IsMereWait(request, _state.Policy))
            _dispatcher.Dispatch(now);
        if (full is not null && _limit.MakeRoomFor(request, now))
            _dispatcher.Dispatch(now);
        _invariants.Check();
        return false;
    }

    /// <summary>Removes a waiting request from the queue. Returns false if it is no longer waiting.</summary>
    public bool TryCancel(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Waiting)
            return false;

        // If older requests in the same queue come first, no other request is waiting for this one. With tenants, others can move.
        var isHead = request.PreviousInQueue is null || request.HoldsLeases || _queues.Shares.AreUsed;
        _rejector.Remove(request, now);
        if (isHead)
            _dispatcher.Dispatch(now);
        else
            _invariants.Check();
        return true;
    }

    /// <inheritdoc cref="BatchFormer.Begin"/>
    public void BeginBatch(LeaseRequest first, List<LeaseRequest> others, long now)
    {
        var before = _state.Decisions;
        var lacksMemory = _batches.Begin(first, others, now);
        foreach (var other in others)
        {
            if (other.ScheduledModel != first.ScheduledModel)
                _lifecycle.NoteRequestLeft(other.ScheduledModel, now);
        }

        if (lacksMemory)
            _placer.MakeRoomForInputs(first.Queue, now);
        if (others.Count > 0 || lacksMemory || _state.Decisions != before)
            _dispatcher.Dispatch(now);
    }

    /// <summary>Raises the priority of a waiting request. Other requests are not affected.</summary>
    public void Raise(LeaseRequest request, int priority, long now)
    {
        if (request.RequestState != RequestState.Waiting || priority <= request.Priority)
            return;
        request.Queue.Raise(request, priority);
        _dispatcher.Dispatch(now);
    }

    /// <summary>Releases the model of a granted request. Other requests are not affected.</summary>
    public void Release(LeaseRequest request, long now)
    {
        if (request.RequestState != RequestState.Granted)
            return;
        var (model, device, holder) = (request.ScheduledModel, request.GrantedOn!, request.Holder);
        var (before, wasUrgent) = (_state.Decisions, holder.IsUrgent);
        _granter.Release(request, now);
        _lifecycle.ReconcileIdleModel(model, now);
        if (request.IsBatchInput)
            BatchFormer.EndOutdatedDelays(model);

        // Requests on other devices benefit only if they can use the freed memory, which can be on this device, or if the holder blocked
        // them because it is waiting itself.
        var mayServeOthers = device.IsWanted || wasUrgent || _state.Decisions != before || _state.ReplicaSets.Count > 0;
        var concernsWaits = _queues.Count > 0 && (mayServeOthers || !_state.IsAllPlaced);
        if (concernsWaits)
            _queues.SuspectWaitersOf(holder);
        if (concernsWaits || device.Memory.IsOverBudget || _state.Host.IsOverBudget)
            _dispatcher.Dispatch(now);
        else
            _invariants.Check();
    }

    /// <summary>Ends waits and holds that have reached their limit, frees models that are idle for too long, and starts probes.</summary>
    public void Advance(long now)
    {
        _state.NoteChange();
        _deadlines.EndDue(now);
        _dispatcher.Dispatch(now);
    }

    /// <summary>Processes the result of a step that an effect requested.</summary>
    public void Complete(in StepResult result, long now)
    {
        _state.NoteChange();
        if (result.Model is not { } model)
        {
            if (!_failover.EndProbe(result.Device!, result.Failure, now))
                return;
            _keeper.Retry(now);
            _dispatcher.Dispatch(now);
            return;
        }

        if (result.FailureKind == StepFailure.DeviceLost)
            _failover.TryLose(result.Device!, result.Failure!, now, result.Generation);
        _steps.Complete(result, now);
        _lifecycle.ReconcileIdleModel(model, now);
        if (model is { IsWanted: true, Device.IsLost: true })
            _failover.Reroute(model, now);
        _dispatcher.Dispatch(now);
    }

    /// <summary>Frees the memory of an abandoned step whose code has ended.</summary>
    public void Reclaim(AbandonedMemory abandoned, long now)
    {
        _state.NoteChange();
        foreach (var (budget, bytes) in abandoned.Bytes)
            budget.Reclaim(bytes);
        abandoned.Bytes.Clear();
        _dispatcher.Dispatch(now);
    }

    /// <inheritdoc cref="DeviceFailover.TryLose"/>
    public void LoseDevice(ScheduledDevice device, Failure cause, long now, int? generation = null)
    {
        if (_failover.TryLose(device, cause, now, generation))
            _dispatcher.Dispatch(now);
    }

    /// <inheritdoc cref="ModelLifecycle.TryEvict"/>
    public bool TryEvict(ScheduledModel model, long now, bool freeHost = false)
    {
        var isEvicted = _lifecycle.TryEvict(model, freeHost, now);
        _invariants.Check();
        return isEvicted;
    }

    /// <summary>Grants a request if that is possible without waiting. Otherwise nothing changes.</summary>
    public bool TryAcquireNow(LeaseRequest request, long now)
    {
        ReplicaRouter.Route(request);
        if (!GrantRules.IsGrantableNow(request) || _admission.FindRejection(request, now, mayAttach: false) is not null)
            return false;
        GrantAtOnce(request, now);
        return true;
    }

    /// <summary>Starts to reject requests that do not come from holders of leases.</summary>
    public void BeginDrain(long now)
    {
        _state.IsDraining = true;
        _keeper.Stop(now);
        _state.Models.ForEach(BatchFormer.EndDelays);
        _dispatcher.Dispatch(now);
    }

    /// <summary>Indicates whether the scheduler is draining and there are no more leases or requests.</summary>
    public bool IsDrained => _state.IsDraining && _queues.Count == 0 && _state.Models.TrueForAll(static model => model.Users == 0);

    /// <summary>Rejects or serves the waiting requests for a model, rejects new ones, and frees the model as soon as it is idle.</summary>
    public void BeginRemoval(ScheduledModel model, long now, bool servesWaiting = false)
    {
        model.IsRemoved = true;
        _keeper.Remove(model);
        if (model.Replicas is not null)
            _keeper.Yield(model, now);
        if (!servesWaiting)
            _rejector.RejectAll(model, new Rejection(RejectionReason.Removed), now);
        _lifecycle.ReconcileIdleModel(model, now);
        _dispatcher.Dispatch(now);
    }

    /// <inheritdoc cref="DeviceSelector.CanHoldTwice"/>
    public bool CanHoldTwice(ScheduledModel model) => DeviceSelector.CanHoldTwice(model, _state.Host);

    /// <summary>Forgets a removed model that has been freed.</summary>
    public void Remove(ScheduledModel model)
    {
        _state.Deadlines.Remove(model);
        model.Detach();
        model.Versions?.Remove(model);
        _state.Models.Remove(model);
        if (model.Replicas is not { } replicas || replicas.Members.Any(_state.Models.Contains))
            return;
        _state.Deadlines.Remove(replicas);
        _state.ReplicaSets.Remove(replicas);
    }

    /// <inheritdoc cref="WaitEstimator.Estimate"/>
    public ModelWaitEstimate Estimate(IReadOnlyList<ScheduledModel> models, int priority, long now) =>
        _estimator.Estimate(models, priority, now);

    /// <inheritdoc cref="WaitEstimator.PositionOf"/>
    public int? PositionOf(LeaseRequest request, long now) => _estimator.PositionOf(request, now);

    /// <summary>Rejects all waiting and new requests, and frees every model as soon as it is idle.</summary>
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

    /// <summary>Rejects a request that has not been queued. Returns false: it is not granted.</summary>
    private bool RejectAtOnce(LeaseRequest request, Rejection rejection, long before, long now)
    {
        _rejector.RejectAtOnce(request, rejection, now);

        // The request may have called a model back from its fallback, and others can wait for the model.
        if (_state.Decisions != before + 1)
            _dispatcher.Dispatch(now);
        return false;
    }

    private void GrantAtOnce(LeaseRequest request, long now)
    {
        Count(request, now);
        _queues.Place(request, now);
        _granter.Grant(request, now);
        if (request.Holder.IsUrgent || (_queues.UrgentHolders.Count > 0 && !_state.IsAllPlaced))
            _dispatcher.Dispatch(now);
        else
            _invariants.Check();
    }

    private void Count(LeaseRequest request, long now)
    {
        foreach (var model in request.Queue.Models)
            model.Popularity.Count(now, _state.Policy.PopularityHalfLife);
    }
}
