using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <summary>Lets many threads use the scheduler: takes events in under a lock, and has its effects carried out outside it.</summary>
internal sealed class LeaseCoordinator : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly LeaseScheduler _scheduler;
    private readonly Dictionary<ScheduledDevice, DeviceWorkers> _workers = [];
    private readonly TaskCompletionSource _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _onlyLeasesLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ResidencyExecutor _residency;
    private readonly SharedModelsMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeSpan _acquireTimeout;
    private readonly TimeSpan _maxHold;

    // A preload may have to wait for a load and for a move.
    private readonly TimeSpan _preloadTimeout;
    private readonly bool _capturesStackTraces;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private long _timerIsSetFor = long.MaxValue;

    public LeaseCoordinator(
        LeasingOptions options,
        IEnumerable<ScheduledDevice> devices,
        TimeProvider time,
        ResidencyExecutor residency,
        SharedModelsMetrics metrics,
        ILogger logger)
    {
        _scheduler = new(new SchedulingPolicy
        {
            MaxBypass = options.MaxBypass,
            MaxBypassUnderLoad = options.MaxBypassUnderLoad,
            MaxHold = options.MaxHold == Timeout.InfiniteTimeSpan ? long.MaxValue : options.MaxHold.Ticks,
        });
        _acquireTimeout = options.AcquireTimeout;
        _maxHold = options.MaxHold;
        _preloadTimeout = 2 * options.LoadTimeout;
        _capturesStackTraces = options.CaptureStackTraces;
        _logger = logger;
        _time = time;
        _residency = residency;
        _metrics = metrics;
        _start = time.GetTimestamp();
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static self => ((LeaseCoordinator)self!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        foreach (var device in devices)
        {
            _scheduler.Add(device);
            _workers.Add(device, new DeviceWorkers(device.Device, device.MaxConcurrentHolders));
        }
    }

    private long Now => _time.GetElapsedTime(_start).Ticks;

    public void Add(ModelHost host)
    {
        lock (_gate)
            _scheduler.Add(host);
    }

    /// <summary>Reads the scheduler's state, which nobody changes meanwhile.</summary>
    public T Read<T>(Func<LeaseScheduler, T> read)
    {
        lock (_gate)
            return read(_scheduler);
    }

    public ValueTask AcquireAsync(ModelLease lease, AcquireOptions options, CancellationToken cancellationToken)
    {
        var timeout = options.Timeout ?? _acquireTimeout;
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), timeout, "The timeout of a request is a time above zero.");
        if (!Enum.IsDefined(options.Priority))
            throw new ArgumentOutOfRangeException(nameof(options), options.Priority, "The priority of a request is Low, Normal or High.");
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (_capturesStackTraces)
            lease.AcquiredAt ??= Environment.StackTrace;
        TaskCompletionSource wait;
        SchedulerEffect[] effects;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(lease.IsReleased, lease);
            if (lease.State == LeaseState.Held)
                return ValueTask.CompletedTask;
            if (lease.State == LeaseState.Lost)
                lease.ThrowIfNotHeld();
            if (lease.Wait is { } running)
                return new(JoinAsync(lease, running.Task, options, timeout, cancellationToken));
            lease.Priority = (int)options.Priority;
            lease.Timeout = timeout;
            if (_scheduler.TryAcquire(lease, Now, timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : timeout.Ticks))
            {
                SetTimer();
                _metrics.Granted(lease.Host, waited: 0);
                return ValueTask.CompletedTask;
            }

            lease.Wait = wait = new(TaskCreationOptions.RunContinuationsAsynchronously);
            effects = TakeEffects();
        }

        Run(effects);
        return new(WaitAsync(lease, wait, cancellationToken));
    }

    public ValueTask<TResult> InvokeAsync<TResult>(ModelLease lease, Func<object, TResult> use, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        lock (_gate)
        {
            lease.ThrowIfNotHeld();
            var device = lease.Host.Device!;
            var invocation = new Invocation<TResult>(use, lease.Host, () => EndInvocation(lease), cancellationToken);
            _workers[device].Post(device.SlotOf(lease.Holder), invocation.Run);
            lease.Invocations++;
            return new(invocation.Result);
        }
    }

    public void Release(ModelLease lease)
    {
        SchedulerEffect[] effects;
        TaskCompletionSource? wait;
        lock (_gate)
        {
            if (lease.IsReleased)
                return;
            lease.IsReleased = true;
            if (lease.Invocations > 0)
                return;
            var now = Now;
            wait = TryCancel(lease, now) ? lease.TakeWait() : null;
            GiveBack(lease, now);
            effects = TakeEffects();
        }

        wait?.TrySetException(new ObjectDisposedException(nameof(IModelLease), $"The lease on model '{lease.ModelId}' was disposed while it was being acquired."));
        Run(effects);
    }

    public async ValueTask PreloadAsync(ModelHost host, CancellationToken cancellationToken)
    {
        var request = new PreloadRequest(host);
        if (Post(() => _scheduler.TryAcquire(request, Now, _preloadTimeout.Ticks)))
            return;
        var registration = cancellationToken.UnsafeRegister(_ => Post(() => _scheduler.TryCancel(request, Now)), null);
        await using (registration.ConfigureAwait(false))
            await request.Wait.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask EvictAsync(ModelHost host, CancellationToken cancellationToken)
    {
        var eviction = Post(() =>
        {
            if (_scheduler.TryEvict(host, Now) || host.Residency is ModelResidency.Evicting or ModelResidency.Unloading)
                return (host.Eviction ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            if (host.IsIdle && host.Residency is not (ModelResidency.Loading or ModelResidency.Moving))
                return Task.CompletedTask;
            throw new ModelInUseException(
                $"Model '{host.Id}' cannot be evicted: it has {host.Users} holders and {host.Waiting.Count} waiting requests, and is {host.Residency}. Try again when it is idle.")
            {
                ModelId = host.Id, Device = host.Device?.Device,
            };
        });
        await eviction.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses all requests that wait or come later, and frees the models as they become idle.</summary>
    public void BeginShutdown()
    {
        var isFirst = Post(() =>
        {
            if (_scheduler.IsShuttingDown)
                return false;
            _scheduler.BeginShutdown(Now);
            return true;
        });
        if (isFirst)
            _residency.Stop();
    }

    /// <summary>Waits until every lease is released and every model freed; when the token fires, the leases that are left are lost.</summary>
    /// <returns>The ids of models whose leases were left, which is none if all went well.</returns>
    public async Task<IReadOnlyCollection<string>> ShutdownAsync(CancellationToken cancellationToken)
    {
        BeginShutdown();
        try
        {
            await _atRest.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return [];
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var left = Read(static scheduler => scheduler.Devices
                .SelectMany(static device => device.Slots.ToArray())
                .SelectMany(static holder => holder?.Granted ?? [])
                .OfType<ModelLease>()
                .Distinct()
                .ToList());
            foreach (var lease in left)
                await LoseAsync(lease).ConfigureAwait(false);
            return [.. left.Select(static lease => lease.ModelId).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>In a shutdown: waits until every model is freed that is not in use, but not for ever for those that hang.</summary>
    public async Task WhenOnlyLeasesAreLeftAsync(TimeSpan timeout) =>
        await _onlyLeasesLeft.Task.WaitAsync(timeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        _residency.Dispose();
        foreach (var workers in _workers.Values)
            workers.Stop();
    }

    /// <summary>Tells the scheduler what happened, and does what it wants for that.</summary>
    private T Post<T>(Func<T> tell)
    {
        T result;
        SchedulerEffect[] effects;
        lock (_gate)
        {
            result = tell();
            effects = TakeEffects();
        }

        Run(effects);
        return result;
    }

    private void SetTimer()
    {
        var next = _scheduler.NextDeadline;
        if (next >= _timerIsSetFor)
            return;
        _timerIsSetFor = next;
        var due = TimeSpan.FromTicks(Math.Max(0, next - Now)) + TimeSpan.FromMilliseconds(1);
        _timer.Change(due < LongestTimer ? due : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    private SchedulerEffect[] TakeEffects()
    {
        SetTimer();
        if (_scheduler.IsShuttingDown && _scheduler.IsAtRestExceptInUse)
        {
            _onlyLeasesLeft.TrySetResult();
            if (_scheduler.IsAtRest)
                _atRest.TrySetResult();
        }

        return _scheduler.HasEffects ? _scheduler.TakeEffects() : [];
    }

    private void Run(SchedulerEffect[] effects)
    {
        foreach (var effect in effects)
        {
            var wait = effect.Request is ModelLease lease ? lease.TakeWait() : (effect.Request as PreloadRequest)?.Wait;
            switch (effect.Kind)
            {
                case SchedulerEffectKind.Grant:
                    if (!effect.Request!.IsPreload)
                        _metrics.Granted(effect.Model, effect.Request.GrantedAt - effect.Request.EnqueuedAt);
                    wait!.TrySetResult();
                    break;
                case SchedulerEffectKind.Overdue:
                    var overdue = (ModelLease)effect.Request!;
                    Log.LeaseOverdue(_logger, overdue.ModelId, _maxHold.TotalSeconds, overdue.AcquiredAt ?? "where SharedModels:Leasing:CaptureStackTraces would tell.");
                    _ = LoseAsync(overdue);
                    break;
                case SchedulerEffectKind.Refuse:
                    _metrics.NotGranted(effect.Model, effect.Refusal!);
                    wait!.TrySetException(effect.Refusal!.ToException(effect.Model.Id, (effect.Request as ModelLease)?.Timeout ?? _preloadTimeout));
                    break;
                default:
                    _ = DoAsync(effect.Kind, (ModelHost)effect.Model);
                    break;
            }
        }
    }

    private async Task LoseAsync(ModelLease lease)
    {
        try
        {
            await lease.LoseAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What one holder's callbacks throw must not keep the others from being told.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.CallbackFailed(_logger, exception);
        }
    }

    private async Task DoAsync(SchedulerEffectKind kind, ModelHost host)
    {
        var report = await _residency.DoAsync(kind, host).ConfigureAwait(false);
        var eviction = Post(() =>
        {
            report(_scheduler, Now);
            var ended = host.Residency is ModelResidency.Evicting or ModelResidency.Unloading ? null : host.Eviction;
            host.Eviction = ended is null ? host.Eviction : null;
            return ended;
        });
        if (eviction is null)
            return;
        if (host is { Error: { } cause, Residency: ModelResidency.Faulted or ModelResidency.OnDevice })
            eviction.TrySetException(new ModelLeaseException($"Model '{host.Id}' could not be taken off its device: {cause.Message}", cause) { ModelId = host.Id });
        else
            eviction.TrySetResult();
    }

    private bool TryCancel(ModelLease lease, long now)
    {
        if (lease.RequestState != RequestState.Waiting)
            return false;
        _metrics.Cancelled(lease.Host);
        return _scheduler.TryCancel(lease, now);
    }

    private void GiveBack(ModelLease lease, long now)
    {
        if (lease.RequestState != RequestState.Granted)
            return;
        _metrics.Released(lease.Host, now - lease.GrantedAt);
        _scheduler.Release(lease, now);
    }

    private void OnTimer() => Post(() =>
    {
        _timerIsSetFor = long.MaxValue;
        _scheduler.Advance(Now);
        return true;
    });

    private void EndInvocation(ModelLease lease) => Post(() =>
    {
        if (--lease.Invocations == 0 && lease.IsReleased)
            GiveBack(lease, Now);
        return true;
    });

    private async Task WaitAsync(ModelLease lease, TaskCompletionSource wait, CancellationToken cancellationToken)
    {
        using var activity = SharedModelsActivities.Start("acquire", lease.Host);
        var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                if (Post(() => lease.Wait == wait && TryCancel(lease, Now) ? lease.TakeWait() : null) is { } cancelled)
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
            await running.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (running.IsCanceled && !cancellationToken.IsCancellationRequested)
        {
            await AcquireAsync(lease, options, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late) when (!running.IsCompleted)
        {
            throw new LeaseTimeoutException($"No lease on model '{lease.ModelId}' within {timeout.TotalSeconds:0.#} s; an earlier call on the same lease goes on waiting.", late)
            {
                ModelId = lease.ModelId,
            };
        }
    }
}
