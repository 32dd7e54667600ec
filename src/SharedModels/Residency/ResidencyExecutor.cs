using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Residency;

/// <summary>Has models loaded, moved and freed, and says how it ended.</summary>
internal sealed class ResidencyExecutor : IDisposable
{
    private readonly IServiceScopeFactory? _scopes;
    private readonly SharedModelsMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly DeviceCatalog _devices;
    private OperationLimit _limit;

    public ResidencyExecutor(IServiceScopeFactory? scopes, DeviceCatalog devices, TimeSpan loadTimeout, TimeProvider time, SharedModelsMetrics metrics, ILogger logger)
    {
        _devices = devices;
        _scopes = scopes;
        _metrics = metrics;
        _logger = logger;
        _limit = new(loadTimeout, time, (model, exception) => Log.CleanUpFailed(logger, exception, model), _stopping.Token);
    }

    /// <summary>Takes over a changed limit, for what begins from now on.</summary>
    public void Configure(TimeSpan loadTimeout) => _limit = _limit with { Timeout = loadTimeout };

#pragma warning disable CA1031 // Whatever a model throws is reported, and must not end the manager.
    /// <summary>Cancels what is under way; moves off a device and disposals go on.</summary>
    public void Stop()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (Exception exception)
        {
            Log.CallbackFailed(_logger, exception);
        }
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Does what an effect says, on the thread pool; never throws.</summary>
    /// <returns>What to tell the scheduler.</returns>
    public Task<Action<LeaseScheduler, long>> DoAsync(SchedulerEffectKind kind, ModelHost host)
    {
        // The model outlives the request that happens to load it: nothing of its context goes along but the trace.
        var caller = Activity.Current?.Context ?? default;
        Task<Action<LeaseScheduler, long>> work;
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            work = Task.Run(() => kind switch
            {
                SchedulerEffectKind.Load => LoadAsync(host, caller),
                SchedulerEffectKind.Move => MoveAsync(host, caller),
                SchedulerEffectKind.Evict => EvictAsync(host, caller),
                _ => UnloadAsync(host),
            });
        }

        return work;
    }

    private async Task<Action<LeaseScheduler, long>> LoadAsync(ModelHost host, ActivityContext caller)
    {
        using var activity = host.LastLoad = SharedModelsActivities.Start("load", host, caller);
        var start = _limit.Time.GetTimestamp();
        try
        {
            var footprint = await host.LoadAsync(_scopes, _limit).ConfigureAwait(false);
            var duration = _limit.Time.GetElapsedTime(start);
            _metrics.Loaded(host, duration);
            Log.ModelLoaded(_logger, host.Id, duration.TotalSeconds, footprint.HostBytes);
            return (scheduler, now) => scheduler.Loaded(host, footprint, now, host.HasMutableModel);
        }
        catch (Exception cause)
        {
            activity.Fail(cause);
            Log.LoadFailed(_logger, cause, host.Id);
            return (scheduler, now) => scheduler.LoadFailed(host, cause, now);
        }
    }

    private async Task<Action<LeaseScheduler, long>> MoveAsync(ModelHost host, ActivityContext caller)
    {
        using var activity = host.LastMove = SharedModelsActivities.Start("move", host, caller);
        var start = _limit.Time.GetTimestamp();
        var scheduled = host.Device!;
        var (device, generation) = (scheduled.Device, scheduled.Generation);
        try
        {
            await host.MoveAsync(device, _limit with { IsUnharmedBy = exception => _devices.Classify(scheduled, exception) != DeviceFailure.None }).ConfigureAwait(false);
            var duration = _limit.Time.GetElapsedTime(start);
            _metrics.Moved(host, duration, isEviction: false);
            Log.ModelMoved(_logger, host.Id, device, duration.TotalSeconds);
            return (scheduler, now) => scheduler.Moved(host, now);
        }
        catch (Exception cause)
        {
            activity.Fail(cause);
            Log.MoveFailed(_logger, cause, host.Id, device);
            switch (_devices.Classify(scheduled, cause))
            {
                case DeviceFailure.OutOfMemory:
                    return (scheduler, now) => scheduler.MoveFailed(host, cause, now, MoveFailure.OutOfMemory);
                case DeviceFailure.Lost:
                    return (scheduler, now) =>
                    {
                        scheduler.DeviceLost(scheduled, cause, now, generation);
                        scheduler.MoveFailed(host, cause, now, MoveFailure.DeviceLost);
                    };
                default:
                    var isHanging = cause is TimeoutException && host.Abandon(scheduled);
                    return (scheduler, now) => scheduler.MoveFailed(host, cause, now, isHanging ? MoveFailure.Hanging : MoveFailure.Model);
            }
        }
    }

    private async Task<Action<LeaseScheduler, long>> EvictAsync(ModelHost host, ActivityContext caller)
    {
        using var activity = SharedModelsActivities.Start("evict", host, caller);
        var start = _limit.Time.GetTimestamp();
        var scheduled = host.Device!;
        var (device, generation) = (scheduled.Device, scheduled.Generation);
        try
        {
            await host.MoveAsync(Device.Cpu, _limit with { Stopping = CancellationToken.None }).ConfigureAwait(false);
            _metrics.Moved(host, _limit.Time.GetElapsedTime(start), isEviction: true);
            _metrics.Evicted(host);
            Log.ModelEvicted(_logger, host.Id, device);
            return (scheduler, now) => scheduler.Evicted(host, now);
        }
        catch (Exception cause)
        {
            activity.Fail(cause);
            Log.MoveFailed(_logger, cause, host.Id, Device.Cpu);
            var isDeviceLost = _devices.Classify(scheduled, cause) == DeviceFailure.Lost;
            if (!isDeviceLost)
                return (scheduler, now) => scheduler.EvictionFailed(host, cause, now);
            _metrics.Evicted(host);
            return (scheduler, now) =>
            {
                scheduler.DeviceLost(scheduled, cause, now, generation);
                scheduler.EvictionFailed(host, cause, now, isDeviceLost: true);
            };
        }
    }

    /// <summary>Asks a lost device whether it works again; never throws.</summary>
    /// <returns>Why it does not; <see langword="null"/> if it does.</returns>
    public async Task<Exception?> ProbeAsync(ScheduledDevice device)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_limit.Stopping);
        try
        {
            await Task.Run(async () => await _devices.ProbeAsync(device, cancellation.Token).ConfigureAwait(false), CancellationToken.None)
                .WaitAsync(_limit.Timeout, _limit.Time, _limit.Stopping).ConfigureAwait(false);
            return null;
        }
        catch (Exception cause)
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
            return cause;
        }
    }

    private async Task<Action<LeaseScheduler, long>> UnloadAsync(ModelHost host)
    {
        try
        {
            if (host.Residency == ModelResidency.Evicting)
                _metrics.Evicted(host);
            await host.UnloadAsync().ConfigureAwait(false);
            Log.ModelUnloaded(_logger, host.Id);
        }
        catch (Exception exception)
        {
            Log.CleanUpFailed(_logger, exception, host.Id);
        }

        return (scheduler, now) => scheduler.Unloaded(host, now);
    }
#pragma warning restore CA1031
}
