using System.Diagnostics;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Registration;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Residency;

/// <summary>Loads, moves and frees models, and probes lost devices. Returns the result and never throws.</summary>
internal sealed class ModelExecutor(DeviceCatalog devices, TimeSpan loadTimeout, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<ScheduledDevice, Task<bool>> _probes = [];
    private OperationLimit? _limit;

    private OperationLimit Limit => _limit ??= new(loadTimeout, time, _stopping.Token);

    /// <summary>Changes the time limit of later steps.</summary>
    public void Configure(TimeSpan timeout) => _limit = Limit with { Timeout = timeout };

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
        Task<bool> probe;
        lock (_probes)
        {
            if (!_probes.TryGetValue(device, out probe!) || probe.IsCompleted)
                _probes[device] = probe = StartProbe(device, limit);
        }

        try
        {
            await probe.WaitAsync(limit.Timeout, limit.Time, limit.Stopping).ConfigureAwait(false);
            return result;
        }
#pragma warning disable CA1031 // Any exception of the provider means that the device is still lost.
        catch (Exception cause)
#pragma warning restore CA1031
        {
            // Leave the canceling thread.
            await Task.Yield();
            return result with { Failure = Failure.Of(cause), FailureKind = StepFailure.Model };
        }
    }

    private Task<bool> StartProbe(ScheduledDevice device, OperationLimit limit) => DetachedTask.Run(async () =>
    {
        using var cancellation = new CancellationTokenSource(limit.Timeout, limit.Time);
        await devices.ProbeAsync(device, cancellation.Token).ConfigureAwait(false);
        return true;
    });

    private async Task<StepOutcome> LoadAsync(SchedulerEffect effect, RegisteredModel model, ActivityContext caller)
    {
        var step = Begin(effect, Limit);
        step.Limit = step.Limit with { IsUnharmedBy = static _ => false };
        return await RunAsync(step, async () =>
        {
            var device = effect.Device!.Device;
            if (await model.Runtime.EstimateAsync(device, step.Limit).ConfigureAwait(false) is { } estimate)
                return step.Result with { Footprint = estimate, IsEstimate = true };
            var limit = step.Limit with { OnBegin = () => step.Activity = model.LastLoad = Start("load", effect, caller) };
            var (footprint, isMutable, isPlaced) = await model.Runtime.LoadAsync(device, limit).ConfigureAwait(false);
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
            limit = limit with { IsUnharmedBy = exception => devices.Classify(effect.Device!, exception) != DeviceFailure.None };
        var step = Begin(effect, limit);
        step.Limit = limit with { OnBegin = () => step.Activity = StartMove(effect, model, caller) };
        return await RunAsync(step, async () =>
        {
            var destination = isEviction ? Device.Cpu : effect.Device!.Device;
            var measured = await model.Runtime.MoveAsync(destination, step.Limit).ConfigureAwait(false);
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

    /// <summary>Warms a model up that has just been moved. If that fails, the model must be on the host again.</summary>
    private static async Task WarmUpAsync(RegisteredModel model, ScheduledDevice device, OperationLimit limit)
    {
        try
        {
            await model.Runtime.WarmUpAsync(device.Device, limit with { OnBegin = null }).ConfigureAwait(false);
        }
        catch (OperationFailedException failed) when (failed.StillRunning is null && limit.IsUnharmedBy(failed.Failure.Exception))
        {
            await model.Runtime.MoveAsync(Device.Cpu, limit with { OnBegin = null }).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<StepOutcome> UnloadAsync(SchedulerEffect effect, RegisteredModel model)
    {
        var step = Begin(effect, Limit with { Stopping = CancellationToken.None });
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
            return new(result, time.GetElapsedTime(step.StartedAt), step.Activity, StillRunning: null);
        }
        catch (OperationFailedException failed)
        {
            var result = step.Result with
            {
                Failure = failed.Failure,
                FailureKind = Classify(step.Result, failed.Failure.Exception),
                Abandoned = failed.StillRunning is null ? null : new(),
            };
            return new(result, time.GetElapsedTime(step.StartedAt), step.Activity, failed.StillRunning);
        }
    }

    private StepFailure Classify(in StepResult result, Exception exception) => result.Step switch
    {
        SchedulerEffectKind.Load when IsOutOfMemory(exception) => StepFailure.OutOfMemory,
        SchedulerEffectKind.Load or SchedulerEffectKind.Unload => StepFailure.Model,
        _ => devices.Classify(result.Device!, exception) switch
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

    private RunningStep Begin(SchedulerEffect effect, OperationLimit limit) => new(new(effect), limit, time.GetTimestamp());

    private static Activity? Start(string operation, SchedulerEffect effect, ActivityContext caller) =>
        SharedModelsActivities.Start(operation, effect.Model!.Id, effect.Device?.Device, caller);

    private static Activity? StartMove(SchedulerEffect effect, RegisteredModel model, ActivityContext caller) =>
        effect.Kind == SchedulerEffectKind.Evict
            ? Start("evict", effect, caller)
            : model.LastMove = Start("move", effect, caller);

    /// <summary>A running step.</summary>
    private sealed class RunningStep(StepResult result, OperationLimit limit, long startedAt)
    {
        public StepResult Result { get; } = result;

        public OperationLimit Limit { get; set; } = limit;

        public long StartedAt { get; } = startedAt;

        public Activity? Activity { get; set; }
    }
}
