using System.Diagnostics;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Registration;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Residency;

/// <summary>Loads, moves and frees models, and probes lost devices. Returns the result and never throws.</summary>
internal sealed class ModelExecutor : IDisposable
{
    private readonly DeviceCatalog _devices;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<ScheduledDevice, Task<Failure?>> _probes = [];
    private volatile OperationLimit _limit;

    public ModelExecutor(DeviceCatalog devices, TimeSpan loadTimeout, TimeProvider time)
    {
        _devices = devices;
        _limit = new(loadTimeout, time, _stopping.Token);
    }

    /// <summary>The time limit of a step that starts now. It also exists after the disposal, when the last leases end.</summary>
    private OperationLimit Limit => _limit with { StartedAt = _limit.Time.GetTimestamp() };

    /// <summary>Changes the time limit of later steps.</summary>
    public void Configure(TimeSpan timeout) => _limit = _limit with { Timeout = timeout };

    /// <summary>Cancels running loads, moves and probes. Evictions and disposals continue.</summary>
    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    /// <summary>Runs a step on the thread pool.</summary>
    public Task<StepOutcome> RunAsync(SchedulerEffect effect, RegisteredModel model)
    {
        // The model outlives the request that loads it, so only the trace context of the request is passed on.
        var caller = Activity.Current?.Context ?? default;
        return DetachedTask.Run(() => effect.Kind switch
        {
            SchedulerEffectKind.Load => LoadAsync(effect, model, caller),
            SchedulerEffectKind.Unload => UnloadAsync(effect, model),
            _ => MoveAsync(effect, model, caller),
        });
    }

    /// <summary>Probes a lost device. If the last probe is still running, waits for it again.</summary>
    public async Task<StepResult> ProbeAsync(SchedulerEffect effect)
    {
        var device = effect.Device!;
        var result = new StepResult(effect);
        var limit = Limit;
        Task<Failure?> probe;
        lock (_probes)
        {
            if (!_probes.TryGetValue(device, out probe!) || probe.IsCompleted)
                _probes[device] = probe = StartProbe(device, limit);
        }

        Failure? failure;
        try
        {
            failure = await probe.WaitAsync(limit.Remaining, limit.Time, limit.Stopping).ConfigureAwait(false);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // Leave the canceling thread.
            await Task.Yield();
            failure = Failure.Of(late);
        }

        return failure is null ? result : result with { Failure = failure, FailureKind = StepFailure.Model };
    }

    private Task<Failure?> StartProbe(ScheduledDevice device, OperationLimit limit) => DetachedTask.Run(async () =>
    {
        using var cancellation = new CancellationTokenSource(limit.Remaining, limit.Time);

        // Not linked to the token, because a callback of the provider that blocks would delay the cancellation of others.
        using var stopping = limit.Stopping.UnsafeRegister(
            static state => _ = ((CancellationTokenSource)state!).CancelAsync(), cancellation);
        return await Failure.CatchAsync(() => _devices.ProbeAsync(device, cancellation.Token).AsTask()).ConfigureAwait(false);
    });

    private async Task<StepOutcome> LoadAsync(SchedulerEffect effect, RegisteredModel model, ActivityContext caller)
    {
        var step = new RunningStep(new(effect), Limit);
        return await RunAsync(step, async () =>
        {
            var device = effect.Device!.Device;
            if (await model.Runtime.EstimateAsync(device, step.Limit).ConfigureAwait(false) is { } estimate)
                return step.Result with { Footprint = estimate, IsEstimate = true };
            var (footprint, isMutable, isPlaced) = await model.Runtime
                .LoadAsync(device, step.Limit, () => step.Activity = model.LastLoad = Start("load", effect, caller))
                .ConfigureAwait(false);
            if (device.IsCpu)
                await model.Runtime.WarmUpAsync(device, step.Limit).ConfigureAwait(false);
            return step.Result with { Footprint = footprint, IsMutable = isMutable, IsPlaced = isPlaced };
        }).ConfigureAwait(false);
    }

    private async Task<StepOutcome> MoveAsync(SchedulerEffect effect, RegisteredModel model, ActivityContext caller)
    {
        var isEviction = effect.Kind == SchedulerEffectKind.Evict;
        var limit = isEviction ? Limit with { Stopping = CancellationToken.None } : Limit;
        if (!isEviction)
            limit = limit with { IsUnharmedBy = exception => _devices.Classify(effect.Device!, exception) != DeviceFailure.None };
        var step = new RunningStep(new(effect), limit);
        return await RunAsync(step, async () =>
        {
            var destination = isEviction ? Device.Cpu : effect.Device!.Device;
            var measured = await model.Runtime
                .MoveAsync(destination, step.Limit, () => step.Activity = StartMove(effect, model, caller))
                .ConfigureAwait(false);
            if (!isEviction)
                await WarmUpAsync(model, effect.Device!, step.Limit).ConfigureAwait(false);
            var footprint = measured ?? effect.Model!.Footprint;
            return step.Result with
            {
                Footprint = footprint,
                IsPlaced = measured is not null,
                TransferredBytes = isEviction && !effect.Model!.IsMutable ? 0 : footprint.DeviceBytes,
            };
        }).ConfigureAwait(false);
    }

    /// <summary>
    /// Warms a model up that has just been moved. If that fails, an object that is used again must be on the host again.
    /// </summary>
    private async Task WarmUpAsync(RegisteredModel model, ScheduledDevice device, OperationLimit limit)
    {
        try
        {
            await model.Runtime.WarmUpAsync(device.Device, limit).ConfigureAwait(false);
        }
        catch (OperationFailedException failed) when (failed.StillRunning is null
            && (!model.Runtime.CanReload || limit.IsUnharmedBy(failed.Failure.Exception)))
        {
            await model.Runtime.MoveAsync(Device.Cpu, Limit with { IsUnharmedBy = limit.IsUnharmedBy }).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<StepOutcome> UnloadAsync(SchedulerEffect effect, RegisteredModel model)
    {
        var step = new RunningStep(new(effect), Limit with { Stopping = CancellationToken.None });
        return await RunAsync(step, async () =>
        {
            await model.Runtime.UnloadAsync(step.Limit).ConfigureAwait(false);
            return step.Result;
        }).ConfigureAwait(false);
    }

    private async Task<StepOutcome> RunAsync(RunningStep step, Func<Task<StepResult>> run)
    {
        try
        {
            var result = await run().ConfigureAwait(false);
            return new(result, step.Limit.Elapsed, step.Activity, StillRunning: null);
        }
        catch (OperationFailedException failed)
        {
            return Fail(failed.Failure, failed.StillRunning);
        }
#pragma warning disable CA1031 // Whatever happens, the step must end. Otherwise the model would be in it for good.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Fail(Failure.Of(exception), stillRunning: null);
        }

        StepOutcome Fail(Failure failure, Task? stillRunning)
        {
            var result = step.Result with
            {
                Failure = failure,
                FailureKind = Classify(step.Result, failure.Exception),
                Abandoned = stillRunning is null ? null : new(),
            };
            return new(result, step.Limit.Elapsed, step.Activity, stillRunning);
        }
    }

    private StepFailure Classify(in StepResult result, Exception exception) => result.Step switch
    {
        SchedulerEffectKind.Load when IsOutOfMemory(exception) => StepFailure.OutOfMemory,
        SchedulerEffectKind.Load or SchedulerEffectKind.Unload => StepFailure.Model,
        _ => _devices.Classify(result.Device!, exception) switch
        {
            DeviceFailure.Lost => StepFailure.DeviceLost,
            DeviceFailure.OutOfMemory => StepFailure.OutOfMemory,
            _ => StepFailure.Model,
        },
    };

    private static bool IsOutOfMemory(Exception? exception)
    {
        while (exception is not null and not OutOfMemoryException)
            exception = exception.InnerException;
        return exception is not null and not InsufficientExecutionStackException;
    }

    private static Activity? Start(string operation, SchedulerEffect effect, ActivityContext caller) =>
        SharedModelsActivities.Start(operation, effect.Model!.Id, effect.Device?.Device, caller);

    private static Activity? StartMove(SchedulerEffect effect, RegisteredModel model, ActivityContext caller) =>
        effect.Kind == SchedulerEffectKind.Evict
            ? Start("evict", effect, caller)
            : model.LastMove = Start("move", effect, caller);

    /// <summary>A running step.</summary>
    private sealed class RunningStep(StepResult result, OperationLimit limit)
    {
        public StepResult Result { get; } = result;

        public OperationLimit Limit { get; } = limit;

        public Activity? Activity { get; set; }
    }
}
