using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Leasing;

/// <content>Acquires, uses and releases leases.</content>
internal sealed partial class LeaseCoordinator
{
    public ValueTask AcquireAsync(ModelLease lease, AcquireOptions options, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var start = SharedModelsActivities.GetStart();
        var running = Begin(lease, options, static _ => new LeaseWait(), out var request);
        if (running is null)
            return ValueTask.CompletedTask;
        if (request is null)
            return new(JoinAsync(lease, running.Task, options, cancellationToken));
        return IsWatched(cancellationToken) ? new(WatchAsync(request, running, start, cancellationToken)) : new(running.Task);
    }

    /// <summary>As <see cref="AcquireAsync"/> for a new lease, which comes with the grant.</summary>
    public ValueTask<IModelLease<T>> FetchAsync<T>(ModelLease<T> lease, AcquireOptions options, CancellationToken cancellationToken)
        where T : class
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IModelLease<T>>(cancellationToken);
        var start = SharedModelsActivities.GetStart();
        if (Begin(lease, options, static lease => new LeaseWait<T>((ModelLease<T>)lease), out var request) is not { } wait)
            return new(lease);
        return new(IsWatched(cancellationToken) ? FetchWatchedAsync(lease, request!, wait, start, cancellationToken) : ((LeaseWait<T>)wait).Task);
    }

    public ValueTask AcquireAllAsync(IReadOnlyCollection<ModelLease> leases, AcquireOptions options, CancellationToken cancellationToken)
    {
        var timeout = CheckTimeout(options);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var start = SharedModelsActivities.GetStart();
        GroupRequest group;
        LeaseWait wait;
        List<SchedulerEffect>? effects;
        lock (_gate)
        {
            foreach (var lease in leases)
                ThrowIfEnded(lease);
            var open = leases.Where(static lease => lease.Record is not { RequestState: RequestState.Granted }).Distinct().ToList();
            if (open.Count == 0)
                return ValueTask.CompletedTask;
            if (open.Find(static lease => lease.Record is not null) is { } busy)
                throw new InvalidOperationException($"The lease on model '{busy.ModelId}' is being acquired already; await that, or leave it to {nameof(ISharedModelManager.AcquireAllAsync)}.");
            var records = open.ConvertAll(lease => Open(lease, options, timeout)).ToArray();
            var models = open.Select(static lease => lease.Host).Distinct().OrderBy(static host => host.Id, StringComparer.Ordinal).ToArray<ScheduledModel>();
            group = new(_scheduler.LineFor(models), records[0].Holder, records) { Priority = (int)options.Priority, Timeout = timeout };
            if (_scheduler.TryAcquire(group, _clock.Now, Ticks(timeout), options.Timeout is not null))
            {
                SetTimer();
                _metrics.Granted(models, waited: 0);
                NoteRequest(SharedModelsChangeKind.LeaseGranted, group);
                return ValueTask.CompletedTask;
            }

            foreach (var record in records)
                record.Group = group.RequestState == RequestState.Waiting ? group : null;

            group.Wait = wait = new();
            NoteQueued(group);
            effects = TakeEffects();
        }

        Run(effects);
        return new(IsWatched(cancellationToken) ? WatchAsync(group, wait, start, cancellationToken) : wait.Task);
    }

    public ValueTask<TResult> InvokeAsync<TResult>(ModelLease lease, Func<object, TResult> use, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        lock (_gate)
        {
            lease.ThrowIfNotHeld();
            var record = lease.Record!;
            var device = lease.Host.Device!;
            var generation = device.Generation;
            var invocation = new Invocation<TResult>(use, lease.Host, failure => EndInvocation(record, device, generation, failure), cancellationToken);
            _workers[device].Post(device.SlotOf(record.Holder), invocation.Run);
            record.Invocations++;
            return new(invocation.Result);
        }
    }

    public void Release(ModelLease lease)
    {
        List<SchedulerEffect>? effects;
        ILeaseWait? wait = null;
        lock (_gate)
        {
            if (lease.End == LeaseEnd.Released)
                return;
            lease.End = LeaseEnd.Released;
            if (lease.Record is not { } record)
                return;
            if (record.Invocations > 0)
            {
                record.IsReleased = true;
                return;
            }

            if (record.RequestState == RequestState.Granted)
                GiveBack(record);
            else
                wait = Cancel(record.Group ?? (WaitingRequest)record);
            lease.Record = null;
            effects = TakeEffects();
        }

        wait?.Refuse(new ObjectDisposedException(nameof(IModelLease), $"The lease on model '{lease.ModelId}' was disposed while it was being acquired."));
        Run(effects);
    }

    private static long Ticks(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : timeout.Ticks;

    private static void ThrowIfEnded(ModelLease lease)
    {
        ObjectDisposedException.ThrowIf(lease.End == LeaseEnd.Released, lease);
        if (lease.End != LeaseEnd.None)
            lease.ThrowIfNotHeld();
    }

    private static bool IsWatched(CancellationToken cancellationToken) => cancellationToken.CanBeCanceled || SharedModelsActivities.IsEnabled;

    /// <summary>Requests a lease; <see langword="null"/> if it is held now, else the wait for it, which is an earlier call's if there is no request.</summary>
    private ILeaseWait? Begin(ModelLease lease, AcquireOptions options, Func<ModelLease, ILeaseWait> createWait, out LeaseRecord? request)
    {
        var timeout = CheckTimeout(options);
        request = null;
        ILeaseWait wait;
        List<SchedulerEffect>? effects;
        lock (_gate)
        {
            if (lease.Record is { RequestState: RequestState.Granted } && lease.End == LeaseEnd.None)
                return null;
            ThrowIfEnded(lease);
            if ((lease.Record?.Group?.Wait ?? lease.Record?.Wait) is { } running)
                return running;
            request = Open(lease, options, timeout);
            if (_scheduler.TryAcquire(request, _clock.CoarseNow, Ticks(timeout), options.Timeout is not null))
            {
                SetTimer();
                _metrics.Granted(lease.Host, waited: 0);
                Note(SharedModelsChangeKind.LeaseGranted, request);
                return null;
            }

            request.Wait = wait = createWait(lease);
            NoteQueued(request);
            effects = TakeEffects();
        }

        Run(effects);
        return wait;
    }

    private TimeSpan CheckTimeout(AcquireOptions options)
    {
        var timeout = options.Timeout ?? _options.AcquireTimeout;
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), timeout, "The timeout of a request is a time above zero.");
        if (options.Priority is < LeasePriority.Low or > LeasePriority.High)
            throw new ArgumentOutOfRangeException(nameof(options), options.Priority, "The priority of a request is Low, Normal or High.");
        return timeout;
    }

    private LeaseRecord Open(ModelLease lease, AcquireOptions options, TimeSpan timeout)
    {
        var record = lease.Host.TakeRecord();
        record.Open(lease, lease.Holder, ++_lastNumber);
        record.Priority = (int)options.Priority;
        record.Timeout = timeout;
        record.AcquiredAt = _options.CaptureStackTraces ? Environment.StackTrace : null;
        lease.Record = record;
        return record;
    }

    private ILeaseWait? Cancel(WaitingRequest request)
    {
        if (request.RequestState != RequestState.Waiting)
            return null;
        _metrics.Cancelled(request.ScheduledModel);
        NoteRequest(SharedModelsChangeKind.RequestLeft, request, "cancelled");
        _scheduler.TryCancel(request, _clock.Now);
        request.Forget();
        return request.TakeWait();
    }

    private void GiveBack(LeaseRecord record)
    {
        var now = _metrics.MeasuresHolds ? _clock.Now : _clock.CoarseNow;
        var held = now - record.GrantedAt;
        var device = record.Host.Device!.Device;
        Note(SharedModelsChangeKind.LeaseReleased, record, held);
        _scheduler.Release(record, now);
        record.Host.ReturnRecord(record);
        _metrics.Released(record.Host, device, held);
    }

    private void EndInvocation(LeaseRecord record, ScheduledDevice device, int generation, Exception? failure)
    {
        // The loss comes first, so that the lease is lost already when the caller sees the exception.
        if (failure is not null && _catalog.Classify(device, failure) == DeviceFailure.Lost)
            ReportLoss(device, failure, generation);
        Post(() =>
        {
            if (--record.Invocations == 0 && record.IsReleased)
            {
                GiveBack(record);
                record.Forget();
            }

            return true;
        });
    }

    /// <summary>Gives back what was leased to those who have dropped their leases without disposing them, and has the others found once they do.</summary>
    private void ReleaseDropped()
    {
        var dropped = Post(() =>
        {
            var records = GrantedRecords(_scheduler).ToList();
            var dropped = records.FindAll(static record => record.IsDropped);
            dropped.ForEach(GiveBack);
            records.ForEach(static record => record.Weaken());
            return dropped;
        });
        foreach (var record in dropped)
            Log.LeaseDropped(_logger, record.Host.Id, record.AcquiredAt ?? "where SharedModels:Leasing:CaptureStackTraces would tell.");
    }

    /// <summary>Waits under an activity, and until the token fires.</summary>
    private async Task WatchAsync(WaitingRequest request, ILeaseWait wait, DateTime start, CancellationToken cancellationToken)
    {
        using var activity = SharedModelsActivities.Start("acquire", request.Line.Names, request.ScheduledModel.Device);
        activity?.SetStartTime(start);
        var registration = cancellationToken.UnsafeRegister(
            (_, token) => Post(() => request.Wait == wait ? Cancel(request) : null)?.Cancel(token),
            null);
        try
        {
            await using (registration.ConfigureAwait(false))
                await wait.Task.ConfigureAwait(false);
        }
        finally
        {
            activity.LinkSteps(request.Line.Models);
        }
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
        var start = _clock.Time.GetTimestamp();
        try
        {
            await running.WaitAsync(timeout < LongestTimer ? timeout : Timeout.InfiniteTimeSpan, _clock.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (IsGivenUp(running) && !cancellationToken.IsCancellationRequested && (timeout == Timeout.InfiniteTimeSpan || _clock.Time.GetElapsedTime(start) < timeout))
        {
            var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - _clock.Time.GetElapsedTime(start);
            await AcquireAsync(lease, options with { Timeout = left }, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new LeaseTimeoutException($"No lease on model '{lease.ModelId}' within {timeout.TotalSeconds:0.#} s; an earlier call on the same lease goes on waiting.", late)
            {
                ModelId = lease.ModelId,
            };
        }

        static bool IsGivenUp(Task task) => task.IsCanceled || task.Exception?.InnerException is LeaseTimeoutException;
    }
}
