using SharedModels.Configuration;
using SharedModels.Coordination;
using SharedModels.Diagnostics;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>Acquires and releases leases.</summary>
internal sealed class LeaseService(SchedulerGate gate, ChangeFeed changes, SharedModelsMetrics metrics, LeasingOptions options)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private LeasingOptions _options = options;
    private long _lastNumber;

    /// <summary>Takes over changed options.</summary>
    public void Configure(LeasingOptions changed) => _options = changed;

    public ValueTask AcquireAsync(ModelLease lease, AcquireOptions options, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var start = SharedModelsActivities.GetStart();
        var begun = Begin(lease, options, static _ => new LeaseWait());
        if (begun.Wait is not { } wait)
            return ValueTask.CompletedTask;
        if (begun.Request is not { } request)
            return new(JoinAsync(lease, wait.Task, options, cancellationToken));
        return IsWatched(cancellationToken) ? new(WatchAsync(request, wait, start, cancellationToken)) : new(wait.Task);
    }

    /// <summary>As <see cref="AcquireAsync"/> for a new lease, which comes with the grant.</summary>
    public ValueTask<IModelLease<T>> FetchAsync<T>(ModelLease<T> lease, AcquireOptions options, CancellationToken cancellationToken)
        where T : class
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IModelLease<T>>(cancellationToken);
        var start = SharedModelsActivities.GetStart();
        var begun = Begin(lease, options, static lease => new LeaseWait<T>((ModelLease<T>)lease), LeaseFlow.Innermost);
        if (begun.MayBlockItself)
            LeaseFlow.Add(begun.Request!);
        if (begun.Wait is not { } wait)
            return new(lease);
        return new(IsWatched(cancellationToken) ? FetchWatchedAsync(lease, begun.Request!, wait, start, cancellationToken) : ((LeaseWait<T>)wait).Task);
    }

    public ValueTask AcquireAllAsync(IReadOnlyCollection<ModelLease> leases, AcquireOptions options, CancellationToken cancellationToken)
    {
        var timeout = CheckTimeout(options);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var start = SharedModelsActivities.GetStart();
        var call = (Service: this, leases, options, timeout, StackTrace: CaptureStackTrace());
        var (group, wait) = gate.Enter(call, static (scheduler, now, call) =>
            call.Service.BeginAll(scheduler, now, call.leases, call.options, call.timeout, call.StackTrace));
        if (group is null)
            return ValueTask.CompletedTask;
        if (wait is not null)
            return new(IsWatched(cancellationToken) ? WatchAsync(group, wait, start, cancellationToken) : wait.Task);
        foreach (var record in group.Records)
            metrics.Granted(record.Model.Id, record.GrantedOn?.Device, waited: 0);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends a lease: takes a granted model back when no code runs on it any more, or a request out of the queue.</summary>
    public void Release(ModelLease lease)
    {
        var released = gate.Enter(
            (Service: this, lease),
            static (scheduler, now, call) => call.Service.End(scheduler, now, call.lease),
            static (call, released) => released.Wait?.Reject(
                new ObjectDisposedException(nameof(IModelLease), $"The lease on model '{call.lease.ModelId}' was disposed while it was being acquired.")),
            isCoarse: !metrics.MeasuresHolds);
        Report(released);
    }

    /// <summary>Takes a model back whose lease was released while code ran on it, when that was the last.</summary>
    public ReleasedLease EndInvocation(LeaseScheduler scheduler, long now, LeaseRecord record)
    {
        if (--record.Invocations > 0 || !record.IsReleased)
            return default;
        return GiveBack(scheduler, now, record);
    }

    /// <summary>Releases leases that were dropped without disposal, and makes sure that others are found once they are.</summary>
    /// <returns>The records of the leases that were dropped.</returns>
    public IReadOnlyList<LeaseRecord> ReleaseDropped()
    {
        var (dropped, released) = gate.Enter(this, static (scheduler, now, service) =>
        {
            var records = Granted(scheduler);
            var dropped = records.FindAll(static record => record.IsDropped);
            var released = dropped.ConvertAll(record => service.GiveBack(scheduler, now, record));
            records.ForEach(static record => record.Weaken());
            return (dropped, released);
        });
        released.ForEach(Report);
        return dropped;
    }

    public void Report(ReleasedLease released)
    {
        if (released.ModelId is not { } id)
            return;
        if (released.IsCancelled)
            metrics.NotGranted(id, released.Device, "cancelled");
        else
            metrics.Released(id, released.Device, released.HeldTicks);
    }

    /// <summary>The records of all granted leases.</summary>
    public static List<LeaseRecord> Granted(LeaseScheduler scheduler) =>
        [.. scheduler.Devices.SelectMany(static device => device.Slots.ToArray()).SelectMany(static holder => holder?.Granted ?? []).OfType<LeaseRecord>().Distinct()];

    private static long Ticks(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : timeout.Ticks;

    private static bool IsWatched(CancellationToken cancellationToken) => cancellationToken.CanBeCanceled || SharedModelsActivities.IsEnabled;

    /// <summary>Requests a lease.</summary>
    /// <returns>Nothing if it is held now, else the wait for it; without a request, that is the wait of an earlier call.</returns>
    private BegunRequest Begin(ModelLease lease, AcquireOptions options, Func<ModelLease, ILeaseWait> createWait, LeaseFlow? flow = null)
    {
        var timeout = CheckTimeout(options);
        var call = (Service: this, lease, options, timeout, createWait, flow, StackTrace: CaptureStackTrace());
        var begun = gate.Enter(
            call,
            static (scheduler, now, call) => call.Service.Begin(scheduler, now, call.lease, call.options, call.timeout, call.StackTrace, call.createWait, call.flow),
            isCoarse: true);
        if (begun.GrantedOn is { } device)
            metrics.Granted(lease.ModelId, device.Device, waited: 0);
        return begun;
    }

    private BegunRequest Begin(
        LeaseScheduler scheduler,
        long now,
        ModelLease lease,
        AcquireOptions options,
        TimeSpan timeout,
        string? stackTrace,
        Func<ModelLease, ILeaseWait> createWait,
        LeaseFlow? flow)
    {
        if (lease.Record is { RequestState: RequestState.Granted } && lease.End == LeaseEnd.None)
            return default;
        lease.ThrowIfEnded();
        if (lease.Record is { } running && (running.Group?.Wait ?? running.Wait) is { } wait)
        {
            scheduler.Raise((LeaseRequest?)running.Group ?? running, (int)options.Priority, now);
            return new(wait, null, null);
        }

        var request = Open(lease, options, timeout, stackTrace);
        if (flow is not null)
            request.HeldMeanwhile = flow.HoldersOfOthersThan(lease.Registered);
        if (scheduler.TryAcquire(request, now, Ticks(timeout), options.Timeout is not null))
        {
            changes.NoteLease(SharedModelsChangeKind.LeaseGranted, request, now);
            request.HeldMeanwhile = [];
            return new(null, request, request.GrantedOn);
        }

        request.Wait = createWait(lease);
        NoteQueued(request, now);
        return new(request.Wait, request, null);
    }

    private (GroupRequest? Group, ILeaseWait? Wait) BeginAll(
        LeaseScheduler scheduler,
        long now,
        IReadOnlyCollection<ModelLease> leases,
        AcquireOptions options,
        TimeSpan timeout,
        string? stackTrace)
    {
        foreach (var lease in leases)
            lease.ThrowIfEnded();
        var open = leases.Where(static lease => lease.Record is not { RequestState: RequestState.Granted }).Distinct().ToList();
        if (open.Count == 0)
            return default;
        if (open.Find(static lease => lease.Record is not null) is { } busy)
        {
            throw new InvalidOperationException(
                $"The lease on model '{busy.ModelId}' is being acquired by another call. Await that call, or acquire the lease only with {nameof(ISharedModelManager.AcquireAllAsync)}.");
        }

        var records = open.ConvertAll(lease => Open(lease, options, timeout, stackTrace)).ToArray();
        var models = open.Select(static lease => lease.Registered.Scheduled).Distinct().OrderBy(static model => model.Id, StringComparer.Ordinal).ToArray();
        var group = new GroupRequest(scheduler.QueueFor(models), records[0].Holder, records) { Priority = (int)options.Priority, Timeout = timeout };
        if (scheduler.TryAcquire(group, now, Ticks(timeout), options.Timeout is not null))
        {
            changes.NoteRequest(SharedModelsChangeKind.LeaseGranted, group, now);
            return (group, null);
        }

        foreach (var record in records)
            record.Group = group.RequestState == RequestState.Waiting ? group : null;
        group.Wait = new LeaseWait();
        NoteQueued(group, now);
        return (group, group.Wait);
    }

    private ReleasedLease End(LeaseScheduler scheduler, long now, ModelLease lease)
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

    private ReleasedLease Cancel(LeaseScheduler scheduler, long now, WaitingRequest request)
    {
        if (request.RequestState != RequestState.Waiting)
            return default;
        changes.NoteRequest(SharedModelsChangeKind.RequestLeft, request, now, "cancelled");
        var device = request.ScheduledModel.Device?.Device;
        scheduler.TryCancel(request, now);
        request.Forget();
        return new(request.ScheduledModel.Id, device, HeldTicks: 0, request.TakeWait(), IsCancelled: true);
    }

    private ReleasedLease GiveBack(LeaseScheduler scheduler, long now, LeaseRecord record)
    {
        var held = now - record.GrantedAt;
        var device = record.GrantedOn!.Device;
        changes.NoteLease(SharedModelsChangeKind.LeaseReleased, record, now, held);
        scheduler.Release(record, now);
        record.Model.Records.Return(record);
        return new(record.Model.Id, device, held, Wait: null, IsCancelled: false);
    }

    private LeaseRecord Open(ModelLease lease, AcquireOptions options, TimeSpan timeout, string? stackTrace)
    {
        var record = lease.Registered.Records.Take();
        record.Open(lease, lease.Holder, ++_lastNumber);
        record.Priority = (int)options.Priority;
        record.Timeout = timeout;
        record.AcquiredAt = stackTrace;
        lease.Record = record;
        return record;
    }

    private void NoteQueued(WaitingRequest request, long now)
    {
        // What is rejected at once has not waited.
        if (request.RequestState != RequestState.Idle)
            changes.NoteRequest(SharedModelsChangeKind.RequestQueued, request, now);
    }

    private string? CaptureStackTrace() => _options.CaptureStackTraces ? Environment.StackTrace : null;

    private TimeSpan CheckTimeout(AcquireOptions options)
    {
        var timeout = options.Timeout ?? _options.AcquireTimeout;
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), timeout, "The timeout of a request must be greater than zero.");
        if (options.Priority is < LeasePriority.Low or > LeasePriority.High)
            throw new ArgumentOutOfRangeException(nameof(options), options.Priority, "The priority of a request must be Low, Normal or High.");
        return timeout;
    }

    /// <summary>Waits under an activity, and until the token fires.</summary>
    private async Task WatchAsync(WaitingRequest request, ILeaseWait wait, DateTime start, CancellationToken cancellationToken)
    {
        var activity = SharedModelsActivities.Start("acquire", request.Queue.Names, request.ScheduledModel.Device?.Device);
        activity?.SetStartTime(start);
        var models = request.Models;
        var registration = cancellationToken.UnsafeRegister((_, token) => CancelWait(request, wait, token), null);
        try
        {
            await wait.Task.ConfigureAwait(false);
        }
        finally
        {
            // Not DisposeAsync, which would wait for a callback that a listener may block.
            registration.Unregister();
            activity.LinkSteps(models);
            activity.End();
        }
    }

    private void CancelWait(WaitingRequest request, ILeaseWait wait, CancellationToken token)
    {
        var released = gate.Enter(
            (Service: this, request, wait, token),
            static (scheduler, now, call) => call.request.Wait == call.wait ? call.Service.Cancel(scheduler, now, call.request) : default,
            static (call, released) => released.Wait?.Cancel(call.token));
        Report(released);
    }

    private async Task<IModelLease<T>> FetchWatchedAsync<T>(ModelLease<T> lease, WaitingRequest request, ILeaseWait wait, DateTime start, CancellationToken cancellationToken)
        where T : class
    {
        await WatchAsync(request, wait, start, cancellationToken).ConfigureAwait(false);
        return lease;
    }

    /// <summary>A second caller waits with the first one, as long as it may itself, and on its own if the first one gives up.</summary>
    private async Task JoinAsync(ModelLease lease, Task running, AcquireOptions options, CancellationToken cancellationToken)
    {
        var timeout = CheckTimeout(options);
        var time = gate.Clock.Time;
        var start = time.GetTimestamp();
        try
        {
            await running.WaitAsync(timeout < LongestTimer ? timeout : Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (IsGivenUp(running) && !cancellationToken.IsCancellationRequested && (timeout == Timeout.InfiniteTimeSpan || time.GetElapsedTime(start) < timeout))
        {
            var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - time.GetElapsedTime(start);
            await AcquireAsync(lease, options with { Timeout = left }, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new LeaseTimeoutException(
                $"Timed out after {timeout.TotalSeconds:0.#} s waiting for model '{lease.ModelId}'; an earlier call on the same lease goes on waiting.", late)
            {
                ModelId = lease.ModelId,
            };
        }

        static bool IsGivenUp(Task task) => task.IsCanceled || task.Exception?.InnerException is LeaseTimeoutException;
    }
}
