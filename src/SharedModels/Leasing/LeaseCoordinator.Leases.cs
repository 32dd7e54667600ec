using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <content>Acquires, uses and releases leases.</content>
internal sealed partial class LeaseCoordinator
{
    public ValueTask AcquireAsync(ModelLease lease, AcquireOptions options, CancellationToken cancellationToken)
    {
        var timeout = CheckTimeout(options);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        LeaseRecord record;
        TaskCompletionSource wait;
        SchedulerEffect[] effects;
        lock (_gate)
        {
            if (lease.Record is { RequestState: RequestState.Granted } && lease.End == LeaseEnd.None)
                return ValueTask.CompletedTask;
            ThrowIfEnded(lease);
            if ((lease.Record?.Group?.Wait ?? lease.Record?.Wait) is { } running)
                return new(JoinAsync(lease, running.Task, options, timeout, cancellationToken));
            record = Open(lease, options, timeout);
            if (_scheduler.TryAcquire(record, _clock.CoarseNow, Ticks(timeout), options.Timeout is not null))
            {
                SetTimer();
                _metrics.Granted(lease.Host, waited: 0);
                return ValueTask.CompletedTask;
            }

            wait = Await(record);
            record.HasWaited = true;
            effects = TakeEffects();
        }

        Run(effects);
        return new(WaitAsync(record, wait, cancellationToken));
    }

    public ValueTask AcquireAllAsync(IReadOnlyCollection<ModelLease> leases, AcquireOptions options, CancellationToken cancellationToken)
    {
        var timeout = CheckTimeout(options);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        GroupRequest group;
        TaskCompletionSource wait;
        SchedulerEffect[] effects;
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
                return ValueTask.CompletedTask;
            }

            foreach (var record in records)
            {
                record.HasWaited = true;
                record.Group = group.RequestState == RequestState.Waiting ? group : null;
            }

            wait = Await(group);
            effects = TakeEffects();
        }

        Run(effects);
        return new(WaitAsync(group, wait, cancellationToken));
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
            var invocation = new Invocation<TResult>(use, lease.Host, failure => EndInvocation(record, device, failure), cancellationToken);
            _workers[device].Post(device.SlotOf(record.Holder), invocation.Run);
            record.Invocations++;
            return new(invocation.Result);
        }
    }

    public void Release(ModelLease lease)
    {
        SchedulerEffect[] effects;
        TaskCompletionSource? wait = null;
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

        wait?.TrySetException(new ObjectDisposedException(nameof(IModelLease), $"The lease on model '{lease.ModelId}' was disposed while it was being acquired."));
        Run(effects);
    }

    private static long Ticks(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : timeout.Ticks;

    private static void ThrowIfEnded(ModelLease lease)
    {
        ObjectDisposedException.ThrowIf(lease.End == LeaseEnd.Released, lease);
        if (lease.End != LeaseEnd.None)
            lease.ThrowIfNotHeld();
    }

    private static TaskCompletionSource Await(WaitingRequest request) => request.Wait = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
        record.Open(lease, lease.Holder);
        record.Priority = (int)options.Priority;
        record.Timeout = timeout;
        record.AcquiredAt = _options.CaptureStackTraces ? Environment.StackTrace : null;
        lease.Record = record;
        return record;
    }

    private TaskCompletionSource? Cancel(WaitingRequest request)
    {
        if (request.RequestState != RequestState.Waiting)
            return null;
        _metrics.Cancelled(request.ScheduledModel);
        _scheduler.TryCancel(request, _clock.Now);
        request.Forget();
        return request.TakeWait();
    }

    private void GiveBack(LeaseRecord record)
    {
        var now = _metrics.MeasuresHolds ? _clock.Now : _clock.CoarseNow;
        _metrics.Released(record.Host, now - record.GrantedAt);
        _scheduler.Release(record, now);
        record.Host.ReturnRecord(record);
    }

    private void EndInvocation(LeaseRecord record, ScheduledDevice device, Exception? failure)
    {
        // The loss comes first, so that the lease is lost already when the caller sees the exception.
        if (failure is not null && _catalog.Classify(device, failure) == DeviceFailure.Lost)
            ReportLoss(device, failure);
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

    /// <summary>Gives back what was leased to those who have dropped their leases without disposing them.</summary>
    private void ReleaseDropped()
    {
        var dropped = Post(() =>
        {
            var records = GrantedRecords(_scheduler).Where(static record => record.IsDropped).ToList();
            records.ForEach(GiveBack);
            return records;
        });
        foreach (var record in dropped)
            Log.LeaseDropped(_logger, record.Host.Id, record.AcquiredAt ?? "where SharedModels:Leasing:CaptureStackTraces would tell.");
    }

    private async Task WaitAsync(WaitingRequest request, TaskCompletionSource wait, CancellationToken cancellationToken)
    {
        using var activity = SharedModelsActivities.Start("acquire", request.Line.Names, request.ScheduledModel.Device);
        var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                if (Post(() => request.Wait == wait ? Cancel(request) : null) is { } cancelled)
                    cancelled.TrySetCanceled(token);
            },
            null);
        await using (registration.ConfigureAwait(false))
            await wait.Task.ConfigureAwait(false);
    }

    /// <summary>A second caller waits with the first one, as long as it may itself, and on its own if the first one gives up.</summary>
    private async Task JoinAsync(ModelLease lease, Task running, AcquireOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await running.WaitAsync(timeout, _clock.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (running.IsCanceled && !cancellationToken.IsCancellationRequested)
        {
            await AcquireAsync(lease, options, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new LeaseTimeoutException($"No lease on model '{lease.ModelId}' within {timeout.TotalSeconds:0.#} s; an earlier call on the same lease goes on waiting.", late)
            {
                ModelId = lease.ModelId,
            };
        }
    }
}
