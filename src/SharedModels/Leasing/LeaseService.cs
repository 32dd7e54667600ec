using SharedModels.Configuration;
using SharedModels.Coordination;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Requests;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Replicas;

namespace SharedModels.Leasing;

/// <summary>Acquires and releases leases.</summary>
internal sealed class LeaseService(SchedulerGate gate, ChangeFeed changes, SharedModelsMetrics metrics, LeasingOptions options)
{
    private static readonly AcquireOptions Unchanged = new();
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private LeasingOptions _options = options;
    private long _lastNumber;

    /// <summary>Applies changed options.</summary>
    public void Configure(LeasingOptions changed) => _options = changed;

    public ValueTask AcquireAsync(ModelLease lease, AcquireOptions options, CancellationToken cancellationToken) =>
        AcquireAsync(lease, options, CheckTimeout(options), cancellationToken);

    /// <summary>Acquires a lease if that is possible without waiting.</summary>
    public bool TryAcquire(ModelLease lease)
    {
        var call = (Service: this, lease, StackTrace: CaptureStackTrace());
        var (isHeld, device) = gate.Enter(
            call, static (scheduler, now, call) => call.Service.TryBegin(scheduler, now, call.lease, call.StackTrace));
        if (device is not null)
            metrics.Granted(lease.ModelId, device, waited: 0);
        return isHeld;
    }

    /// <summary>Returns the position of a lease's request in the queue.</summary>
    public int? PositionOf(ModelLease lease) => gate.Read(lease, static (scheduler, now, lease) =>
        lease.Record is { } record ? scheduler.PositionOf((LeaseRequest?)record.Group ?? record, now) : null);

    /// <summary>Acquires a new lease, which the caller receives when it is granted.</summary>
    public ValueTask<IModelLease<T>> FetchAsync<T>(ModelLease<T> lease, AcquireOptions options, CancellationToken cancellationToken)
        where T : class
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IModelLease<T>>(cancellationToken);
        var call = new AcquireCall(this, lease, options, CheckTimeout(options), isFetch: true, cancellationToken);
        Begin(ref call);
        if (call.MayBlockItself)
            LeaseFlow.Add(call.Request!);
        if (call.Wait is null)
            return new(lease);
        var wait = (LeaseWait<IModelLease<T>>)call.Wait;
        if (ObservedWait.IsNeeded)
            return ObservedWait.RunAsync(call.Request!, wait, call.Start, gate.Clock.Time, cancellationToken);
        wait.Register(cancellationToken);
        return wait.Task;
    }

    public ValueTask AcquireAllAsync(IReadOnlyCollection<ModelLease> leases, AcquireOptions options, CancellationToken cancellationToken)
    {
        var timeout = CheckTimeout(options);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var start = SharedModelsActivities.GetStart();
        var call = (Service: this, leases, options, timeout, StackTrace: CaptureStackTrace(), cancellationToken);
        var (group, wait) = gate.Enter(call, static (scheduler, now, call) => call.Service.BeginAll(
            scheduler, now, call.leases, call.options, call.timeout, call.StackTrace, call.cancellationToken));
        if (group is null)
            return ValueTask.CompletedTask;
        if (wait is not null)
            return WaitAsync(group, wait, start, cancellationToken);
        foreach (var record in group.Records)
            metrics.Granted(record.Model.Id, record.GrantedOn?.Device, waited: 0);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Releases a lease. A granted model is released when no code runs on it. A waiting request is removed from the queue.
    /// </summary>
    public void Release(ModelLease lease)
    {
        var call = new ReleaseCall(this, lease);
        gate.Enter(ref call);
        Report(call.Released);
    }

    /// <summary>Removes a request from the queue because its caller's token was canceled.</summary>
    public void Cancel(WaitingRequest request, CancellationToken token)
    {
        // The request object may already belong to another caller.
        var released = gate.Enter(
            (Service: this, request, token),
            static (scheduler, now, call) =>
                call.request.CallerToken == call.token ? call.Service.Cancel(scheduler, now, call.request) : default,
            static (call, released) => released.Wait?.Reject(new OperationCanceledException(call.token)));
        Report(released);
    }

    /// <summary>Releases a model at the end of its last call, if its lease was released while the call was running.</summary>
    public ReleasedLease EndInvocation(LeaseScheduler scheduler, long now, LeaseRecord record)
    {
        if (--record.Invocations > 0 || !record.IsReleased)
            return default;
        return GiveBack(scheduler, now, record);
    }

    /// <summary>
    /// Releases leases that were dropped without being disposed, and makes the remaining leases detectable when they are dropped.
    /// </summary>
    /// <returns>The models of the dropped leases, and where the leases were acquired if this was recorded.</returns>
    public IReadOnlyList<(string ModelId, string? AcquiredAt)> ReleaseDropped()
    {
        var (dropped, released) = gate.Enter(this, static (scheduler, now, service) =>
        {
            var records = Granted(scheduler);
            var dropped = records.FindAll(static record => record.IsDropped);
            var origins = dropped.ConvertAll(static record => (record.Model.Id, record.AcquiredAt));
            var released = dropped.ConvertAll(record => service.GiveBack(scheduler, now, record));
            records.ForEach(static record => record.Weaken());
            return (origins, released);
        });
        released.ForEach(Report);
        return dropped;
    }

    public void Report(ReleasedLease released)
    {
        if (released.ModelId is not { } id)
            return;
        if (released.IsCanceled)
            metrics.NotGranted(id, released.Device, "canceled");
        else
            metrics.Released(id, released.Device, released.HeldTicks);
    }

    /// <summary>Returns the records of all granted leases.</summary>
    public static List<LeaseRecord> Granted(LeaseScheduler scheduler) =>
        [.. scheduler.Devices
            .SelectMany(static device => device.Slots.ToArray())
            .SelectMany(static holder => holder?.Granted ?? [])
            .OfType<LeaseRecord>()
            .Distinct()];

    /// <summary>True if hold times are not reported, so that releases do not need an exact time.</summary>
    internal bool ReleasesAreCoarse => !metrics.MeasuresHolds;

    private void Begin(ref AcquireCall call)
    {
        gate.Enter(ref call);
        if (call.GrantedOn is { } device)
            metrics.Granted(call.Lease.ModelId, device.Device, waited: 0);
    }

    /// <summary>Requests a lease that is not held yet.</summary>
    internal void Begin(LeaseScheduler scheduler, long now, ref AcquireCall call)
    {
        var lease = call.Lease;
        if (lease.Record is { RequestState: RequestState.Granted } && lease.End == LeaseEnd.None)
            return;
        lease.ThrowIfEnded();
        if (lease.Record is { } running && (running.Group?.Wait ?? running.Wait) is { } wait)
        {
            scheduler.Raise((LeaseRequest?)running.Group ?? running, (int)call.Options.Priority, now);
            call.Joined = wait.Join();
            return;
        }

        var request = Open(lease, call.Options, call.Timeout, call.StackTrace);
        call.Request = request;
        if (call.Flow is { } flow)
            request.HeldMeanwhile = flow.HoldersOtherThan(request.Holder, lease.Registered);
        if (scheduler.TryAcquire(request, now, Ticks.Of(call.Timeout), call.Options.Timeout is not null))
        {
            changes.NoteLease(SharedModelsChangeKind.LeaseGranted, request, now);
            if (call.Flow is not null)
                request.HeldMeanwhile = [];
            call.GrantedOn = request.GrantedOn;
            return;
        }

        call.Wait = call.IsFetch
            ? lease.BeginFetch(request, call.CancellationToken)
            : request.BeginWait(this, true, call.CancellationToken);
        NoteQueued(request, now);
    }

    private (bool IsHeld, Device? GrantedOn) TryBegin(LeaseScheduler scheduler, long now, ModelLease lease, string? stackTrace)
    {
        if (lease.Record is { RequestState: RequestState.Granted } && lease.End == LeaseEnd.None)
            return (true, null);
        lease.ThrowIfEnded();
        if (lease.Record is not null)
            return (false, null);
        var request = Open(lease, Unchanged, _options.AcquireTimeout, stackTrace);
        if (!scheduler.TryAcquireNow(request, now))
        {
            request.Forget();
            request.Recycle();
            return (false, null);
        }

        changes.NoteLease(SharedModelsChangeKind.LeaseGranted, request, now);
        return (true, request.GrantedOn!.Device);
    }

    private (GroupRequest? Group, LeaseWait<bool>? Wait) BeginAll(
        LeaseScheduler scheduler,
        long now,
        IReadOnlyCollection<ModelLease> leases,
        AcquireOptions options,
        TimeSpan timeout,
        string? stackTrace,
        CancellationToken cancellationToken)
    {
        foreach (var lease in leases)
            lease.ThrowIfEnded();
        var open = leases.Where(static lease => lease.Record is not { RequestState: RequestState.Granted }).Distinct().ToList();
        if (open.Count == 0)
            return default;
        if (open.Find(static lease => lease.Record is not null) is { } busy)
        {
            throw new InvalidOperationException(
                $"The lease on model '{busy.ModelId}' is being acquired by another call. Await that call, or acquire the lease only with "
                + $"{nameof(ISharedModelManager.AcquireAllAsync)}.");
        }

        var records = open.ConvertAll(lease => Open(lease, options, timeout, stackTrace)).ToArray();
        var models = records.Select(ReplicaRouter.Assign)
            .Distinct()
            .OrderBy(static model => model.Id, StringComparer.Ordinal)
            .ToArray();
        var group = new GroupRequest(scheduler.QueueFor(models), records[0].Holder, records)
        {
            Priority = (int)options.Priority,
            Tenant = options.Tenant,
            Timeout = timeout,
            HeldMeanwhile = LeaseFlow.InnermostUse?.HoldersOtherThan(records[0].Holder, model: null) ?? [],
        };
        if (scheduler.TryAcquire(group, now, Ticks.Of(timeout), options.Timeout is not null))
        {
            changes.NoteRequest(SharedModelsChangeKind.LeaseGranted, group, now);
            return (group, null);
        }

        foreach (var record in records)
            record.Group = group.RequestState == RequestState.Waiting ? group : null;
        var wait = group.BeginWait(this, true, cancellationToken);
        NoteQueued(group, now);
        return (group, wait);
    }

    internal ReleasedLease End(LeaseScheduler scheduler, long now, ModelLease lease)
    {
        if (lease.End == LeaseEnd.Released)
            return default;
        lease.End = LeaseEnd.Released;
        if (lease.Record is not { } record)
            return default;
        lease.Record = null;
        if (record.RequestState != RequestState.Granted)
            return Cancel(scheduler, now, (WaitingRequest?)record.Group ?? record);
        if (record.Invocations == 0)
            return GiveBack(scheduler, now, record);
        record.IsReleased = true;
        return default;
    }

    /// <summary>Removes a waiting request from the queue.</summary>
    internal ReleasedLease Cancel(LeaseScheduler scheduler, long now, WaitingRequest request)
    {
        if (request.RequestState != RequestState.Waiting)
            return default;
        var device = request.ScheduledModel.Device?.Device;
        scheduler.TryCancel(request, now);
        changes.NoteRequest(SharedModelsChangeKind.RequestLeft, request, now, "canceled");
        request.Forget();
        return new(request.IsPreload ? null : request.ScheduledModel.Id, device, HeldTicks: 0, request.TakeWait(), IsCanceled: true);
    }

    /// <summary>Releases the model of a granted request.</summary>
    internal ReleasedLease GiveBack(LeaseScheduler scheduler, long now, LeaseRecord record)
    {
        var held = now - record.GrantedAt;
        var device = record.GrantedOn!.Device;
        record.NoteUse(held);
        scheduler.Release(record, now);
        changes.NoteLease(SharedModelsChangeKind.LeaseReleased, record, now, held);
        record.Recycle();
        return new(record.Model.Id, device, held, Wait: null, IsCanceled: false);
    }

    private LeaseRecord Open(ModelLease lease, AcquireOptions options, TimeSpan timeout, string? stackTrace)
    {
        var record = lease.Registered.Records.Take();
        record.Open(NextNumber(), options, timeout, stackTrace);
        record.Attach(lease, lease.Holder);
        return record;
    }

    internal long NextNumber() => ++_lastNumber;

    internal void NoteQueued(WaitingRequest request, long now)
    {
        // A request that is rejected immediately has not waited.
        if (request.RequestState != RequestState.Idle)
            changes.NoteRequest(SharedModelsChangeKind.RequestQueued, request, now);
    }

    internal string? CaptureStackTrace() => _options.CaptureStackTraces ? Environment.StackTrace : null;

    internal TimeSpan CheckTimeout(AcquireOptions options)
    {
        Check(options);
        return options.Timeout ?? _options.AcquireTimeout;
    }

    internal static void Check(AcquireOptions options)
    {
        if (options.Timeout is { } timeout && timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), timeout, "The timeout of a request must be greater than zero.");
        CheckPriority(options.Priority, nameof(options));
    }

    internal static void CheckPriority(LeasePriority priority, string parameter)
    {
        if (priority is < LeasePriority.Low or > LeasePriority.High)
            throw new ArgumentOutOfRangeException(parameter, priority, "The priority of a request must be Low, Normal or High.");
    }

    private ValueTask AcquireAsync(ModelLease lease, AcquireOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var call = new AcquireCall(this, lease, options, timeout, isFetch: false, cancellationToken);
        Begin(ref call);
        if (call.Joined is { } running)
            return new(JoinAsync(lease, running, options, timeout, cancellationToken));
        return call.Wait is null
            ? ValueTask.CompletedTask
            : WaitAsync(call.Request!, (LeaseWait<bool>)call.Wait, call.Start, cancellationToken);
    }

    private ValueTask WaitAsync(WaitingRequest request, LeaseWait<bool> wait, DateTime start, CancellationToken cancellationToken)
    {
        if (ObservedWait.IsNeeded)
            return new(ObservedWait.RunAsync(request, wait, start, gate.Clock.Time, cancellationToken).AsTask());
        wait.Register(cancellationToken);
        return wait.UntypedTask;
    }

    /// <summary>
    /// Waits together with an earlier call, within the second caller's own timeout. If the first caller gives up, waits independently.
    /// </summary>
    private async Task JoinAsync(
        ModelLease lease, Task running, AcquireOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var time = gate.Clock.Time;
        var start = time.GetTimestamp();
        try
        {
            await running.WaitAsync(
                timeout < LongestTimer ? timeout : Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (IsGivenUp(running)
            && !cancellationToken.IsCancellationRequested
            && (timeout == Timeout.InfiniteTimeSpan || time.GetElapsedTime(start) < timeout))
        {
            var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - time.GetElapsedTime(start);
            await AcquireAsync(lease, options, left, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new LeaseTimeoutException(
                $"Timed out after {timeout.TotalSeconds:0.#} s waiting for model '{lease.ModelId}'. An earlier call on the same lease is "
                + "still waiting.",
                late)
            {
                ModelId = lease.ModelId,
            };
        }

        static bool IsGivenUp(Task task) => task.IsCanceled || task.Exception?.InnerException is LeaseTimeoutException;
    }
}
