using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Residency;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Leasing;

/// <summary>Lets many threads use the scheduler: takes events in under a lock, and has its effects carried out outside it.</summary>
internal sealed partial class LeaseCoordinator : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly LeaseScheduler _scheduler;
    private readonly Dictionary<ScheduledDevice, DeviceWorkers> _workers = [];
    private readonly TaskCompletionSource _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _onlyLeasesLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ResidencyExecutor _residency;
    private readonly DeviceCatalog _catalog;
    private readonly SharedModelsMetrics _metrics;
    private readonly ILogger _logger;
    private readonly LeaseClock _clock;
    private readonly ITimer _timer;
    private readonly Action _onCollection;
    private LeasingOptions _options;
    private List<SchedulerEffect>? _unusedEffects;
    private long _timerIsSetFor = long.MaxValue;

    public LeaseCoordinator(
        LeasingOptions options,
        DeviceCatalog catalog,
        TimeProvider time,
        ResidencyExecutor residency,
        SharedModelsMetrics metrics,
        ILogger logger)
    {
        _options = options;
        _catalog = catalog;
        _scheduler = new(Policy(options));
        _logger = logger;
        _clock = new(time);
        _changes = new(time);
        _residency = residency;
        _metrics = metrics;
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static self => ((LeaseCoordinator)self!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        foreach (var device in catalog.Devices)
        {
            _scheduler.Add(device);
            _workers.Add(device, new DeviceWorkers(device.Device));
        }

        catalog.Subscribe(OnDeviceLost);
        _onCollection = ReleaseDropped;
        CollectionNotice.Subscribe(_onCollection);
    }

    private TimeSpan PreloadTimeout => 2 * _options.LoadTimeout;

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

    /// <summary>Takes over changed options; <paramref name="apply"/> changes the settings of models.</summary>
    public void Configure(SharedModelsOptions options, Action apply) => Post(() =>
    {
        _options = options.Leasing;
        _catalog.Configure(options);
        _residency.Configure(options.Leasing.LoadTimeout);
        apply();
        _scheduler.Reconfigure(Policy(options.Leasing), _clock.Now);
        return true;
    });

    public async ValueTask PreloadAsync(ModelHost host, CancellationToken cancellationToken)
    {
        var wait = new LeaseWait();
        var request = new PreloadRequest(host) { Wait = wait, Timeout = PreloadTimeout };
        if (Post(() => _scheduler.TryAcquire(request, _clock.Now, request.Timeout.Ticks)))
            return;
        var registration = cancellationToken.UnsafeRegister(_ => Post(() => _scheduler.TryCancel(request, _clock.Now)), null);
        await using (registration.ConfigureAwait(false))
            await wait.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask EvictAsync(ModelHost host, CancellationToken cancellationToken)
    {
        var eviction = Post(() =>
        {
            if (_scheduler.TryEvict(host, _clock.Now) || host.Residency is ModelResidency.Evicting or ModelResidency.Unloading)
                return (host.Eviction ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            if (host is { IsIdle: true, Residency: ModelResidency.OnDevice, Error: { } cause })
                throw new ModelLeaseException($"Model '{host.Id}' could not be taken off its device: {cause.Message} It is tried again after a while.", cause) { ModelId = host.Id };
            if (host.IsIdle && host.Residency is not (ModelResidency.Loading or ModelResidency.Moving))
                return Task.CompletedTask;
            throw new ModelInUseException(
                $"Model '{host.Id}' cannot be evicted: it has {host.Users} holders and {host.Wishes} waiting requests, and is {host.Residency}. Try again when it is idle.")
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
            _scheduler.BeginShutdown(_clock.Now);
            return true;
        });
        if (!isFirst)
            return;
        _catalog.Unsubscribe(OnDeviceLost);
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

            // Objects whose load or move was cancelled are disposed when their code has ended.
            await Task.WhenAll(Read(static scheduler => scheduler.Models.Select(static model => ((ModelHost)model).Freeing).ToList()))
                .WaitAsync(_options.LoadTimeout, _clock.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return [];
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var left = Read(static scheduler => GrantedRecords(scheduler).ToList());
            foreach (var record in left)
                await LoseAsync(record, LeaseEnd.Stopped).ConfigureAwait(false);
            return [.. left.Select(static record => record.Host.Id).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>In a shutdown: waits until every model is freed that is not in use, but not for ever for those that hang.</summary>
    public async Task WhenOnlyLeasesAreLeftAsync(TimeSpan timeout) =>
        await _onlyLeasesLeft.Task.WaitAsync(timeout, _clock.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        _residency.Dispose();
        foreach (var workers in _workers.Values)
            workers.Stop();
    }

    private static SchedulingPolicy Policy(LeasingOptions options) => new()
    {
        MaxBypass = options.MaxBypass,
        MaxBypassUnderLoad = options.MaxBypassUnderLoad,
        MaxHold = options.MaxHold == Timeout.InfiniteTimeSpan ? long.MaxValue : options.MaxHold.Ticks,
        PriorityAgeing = options.PriorityAgeing.Ticks,
        PopularityHalfLife = options.PopularityHalfLife.Ticks,
        MinResidency = options.MinResidency.Ticks,
        RetryDelay = options.RetryDelay.Ticks,
        MaxRetryDelay = options.MaxRetryDelay.Ticks,
    };

    private static IEnumerable<LeaseRecord> GrantedRecords(LeaseScheduler scheduler) => scheduler.Devices
        .SelectMany(static device => device.Slots.ToArray())
        .SelectMany(static holder => holder?.Granted ?? [])
        .OfType<LeaseRecord>()
        .Distinct();

    /// <summary>Tells the scheduler what happened, and does what it wants for that.</summary>
    private T Post<T>(Func<T> tell)
    {
        T result;
        List<SchedulerEffect>? effects;
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
        var due = TimeSpan.FromTicks(Math.Max(0, next - _clock.Now)) + TimeSpan.FromMilliseconds(1);
        _timer.Change(due < LongestTimer ? due : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer() => Post(() =>
    {
        _timerIsSetFor = long.MaxValue;
        _scheduler.Advance(_clock.Now);
        return true;
    });

    private List<SchedulerEffect>? TakeEffects()
    {
        SetTimer();
        if (_scheduler.IsShuttingDown && _scheduler.IsAtRestExceptInUse)
        {
            _onlyLeasesLeft.TrySetResult();
            if (_scheduler.IsAtRest)
                _atRest.TrySetResult();
        }

        if (!_scheduler.HasEffects)
            return null;
        var effects = _scheduler.TakeEffects(Interlocked.Exchange(ref _unusedEffects, null));
        foreach (var effect in effects)
        {
            if (_changes.IsWatched)
                Note(effect);
            if (effect.Kind == SchedulerEffectKind.Refuse)
                ((WaitingRequest)effect.Request!).Forget();
            else if (effect.Kind is SchedulerEffectKind.Overdue or SchedulerEffectKind.Lose)
                ((LeaseRecord)effect.Request!).IsSpent = true;
        }

        return effects;
    }

    private void Run(List<SchedulerEffect>? effects)
    {
        if (effects is null)
            return;
        foreach (var effect in effects)
            Run(effect);
        effects.Clear();
        _unusedEffects = effects;
    }

    private void Run(in SchedulerEffect effect)
    {
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                var granted = (WaitingRequest)effect.Request!;
                if (!granted.IsPreload)
                    _metrics.Granted(granted.Line.Models, granted.GrantedAt - granted.EnqueuedAt);
                granted.TakeWait()?.Grant();
                break;
            case SchedulerEffectKind.Refuse:
                var refused = (WaitingRequest)effect.Request!;
                _metrics.NotGranted(effect.Model!, effect.Refusal!);
                refused.TakeWait()?.Refuse(effect.Refusal!.ToException(effect.Model!.Id, refused.Timeout));
                break;
            case SchedulerEffectKind.Overdue:
                var overdue = (LeaseRecord)effect.Request!;
                Log.LeaseOverdue(_logger, overdue.Host.Id, _options.MaxHold.TotalSeconds, overdue.AcquiredAt ?? "where SharedModels:Leasing:CaptureStackTraces would tell.");
                _ = LoseAsync(overdue, LeaseEnd.HeldTooLong);
                break;
            case SchedulerEffectKind.Lose:
                _ = LoseAsync((LeaseRecord)effect.Request!, LeaseEnd.DeviceLost);
                break;
            case SchedulerEffectKind.ReportLoss:
                Log.DeviceLost(_logger, effect.Device!.Error ?? new DeviceLostException(), effect.Device.Device);
                break;
            case SchedulerEffectKind.FallBack:
                Log.FellBack(_logger, effect.Model!.Id, string.Join(", ", effect.Model.Settings.Candidates.Select(static device => device.Device)));
                _metrics.FellBack(effect.Model);
                break;
            case SchedulerEffectKind.Probe:
                _ = ProbeAsync(effect.Device!);
                break;
            default:
                _ = DoAsync(effect.Kind, (ModelHost)effect.Model!);
                break;
        }
    }

    private async Task LoseAsync(LeaseRecord record, LeaseEnd end)
    {
        try
        {
            if (record.TryGetLease(out var lease) && lease.Record == record)
                await lease.LoseAsync(end).ConfigureAwait(false);
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
            report(_scheduler, _clock.Now);
            if (_changes.IsWatched)
                NoteEnd(host);
            var ended = host.Residency is ModelResidency.Evicting or ModelResidency.Unloading ? null : host.Eviction;
            host.Eviction = ended is null ? host.Eviction : null;
            return ended;
        });
        if (host.TakeAbandoned() is var (at, bytes, ended))
            _ = AbandonAsync(at, bytes, ended);
        if (eviction is null)
            return;
        if (host is { Error: { } cause, Residency: ModelResidency.Faulted or ModelResidency.OnDevice })
            eviction.TrySetException(new ModelLeaseException($"Model '{host.Id}' could not be taken off its device: {cause.Message}", cause) { ModelId = host.Id });
        else
            eviction.TrySetResult();
    }

    /// <summary>Counts the bytes of a move that was given up until its code has ended, and may have freed them.</summary>
    private async Task AbandonAsync(ScheduledDevice device, long bytes, Task ended)
    {
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Post(() =>
        {
            _scheduler.AbandonedMoveEnded(device, bytes, _clock.Now);
            return true;
        });
    }

    private void OnDeviceLost(object? sender, DeviceLostEventArgs lost)
    {
        if (_catalog.Devices.Find(device => device.Device == lost.Device) is { } device)
            ReportLoss(device, lost.Cause, device.Generation);
    }

    private void ReportLoss(ScheduledDevice device, Exception cause, int generation) => Post(() =>
    {
        _scheduler.DeviceLost(device, cause, _clock.Now, generation);
        return true;
    });

    private async Task ProbeAsync(ScheduledDevice device)
    {
        var cause = await _residency.ProbeAsync(device).ConfigureAwait(false);
        Post(() =>
        {
            _scheduler.Probed(device, cause, _clock.Now);
            if (cause is null)
                Note(SharedModelsChangeKind.DeviceReturned, device);
            return true;
        });
        if (cause is null)
            Log.DeviceReturned(_logger, device.Device);
    }
}
