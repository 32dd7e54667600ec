using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SharedModels.Diagnostics;
using SharedModels.Leasing;
using SharedModels.Leasing.Requests;
using SharedModels.Registration;
using SharedModels.Residency;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Coordination;

/// <summary>Runs the scheduler's effects: completes waits, notifies holders, and runs steps of models.</summary>
internal sealed class EffectRunner(
    SchedulerGate gate,
    ModelRegistry models,
    ModelExecutor executor,
    ChangeFeed changes,
    SharedModelsMetrics metrics,
    ILogger logger)
    : IEffectRunner
{
    private readonly ChangeFeed _changes = changes;
    private readonly StepReporter _reporter = new(metrics, logger);
    private readonly ConcurrentDictionary<Task, string> _stillRunning = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _onlyLeasesLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>While the manager drains: completes when there are no leases and no waiting requests.</summary>
    public Task Drained => _drained.Task;

    /// <summary>During shutdown: completes when every lease is released and every model is freed.</summary>
    public Task AtRest => _atRest.Task;

    /// <summary>During shutdown: completes when every model that is not in use is freed.</summary>
    public Task OnlyLeasesLeft => _onlyLeasesLeft.Task;

    /// <summary>Abandoned code of models that is still running, with the model's id.</summary>
    public IReadOnlyDictionary<Task, string> StillRunning => _stillRunning;

    public void Prepare(in SchedulerEffect effect, long now)
    {
        _changes.NoteEffect(effect, now);
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                (effect.Request as WaitingRequest)?.NoteGrant();
                break;
            case SchedulerEffectKind.Reject:
                (effect.Request as WaitingRequest)?.Forget();
                NoteRejection(effect);
                break;
            case SchedulerEffectKind.EvictionEnded:
                models.Find(effect.Model!).TakeEndedEviction(mayHaveFailed: false)?.Complete();
                break;
            case SchedulerEffectKind.Overdue:
                ((LeaseRecord)effect.Request!).FailedUses++;
                Lose((LeaseRecord)effect.Request!, LeaseEnd.HeldTooLong);
                break;
            case SchedulerEffectKind.Lose:
                Lose((LeaseRecord)effect.Request!, LeaseEnd.DeviceLost);
                break;
        }
    }

    public void Settle(LeaseScheduler scheduler)
    {
        if (scheduler.IsDrained)
            _drained.TrySetResult();
        if (!scheduler.IsShuttingDown || !scheduler.IsAtRestExceptInUse)
            return;
        _onlyLeasesLeft.TrySetResult();
        if (scheduler.IsAtRest)
            _atRest.TrySetResult();
    }

    public void Run(in SchedulerEffect effect)
    {
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                (effect.Request as WaitingRequest)?.CompleteGrant();
                break;
            case SchedulerEffectKind.Reject when effect.Request is WaitingRequest request:
                request.TakeWait()?.Reject(effect.Rejection!.ToException(effect.Model!.Id, request.Timeout));
                break;
            case SchedulerEffectKind.Overdue or SchedulerEffectKind.Lose:
                SignalLost((LeaseRecord)effect.Request!);
                break;
            case SchedulerEffectKind.Load or SchedulerEffectKind.Move or SchedulerEffectKind.Evict or SchedulerEffectKind.Unload:
                _ = ObserveAsync(RunStepAsync(effect), Log.EffectFailed);
                break;
            case SchedulerEffectKind.Probe:
                _ = ObserveAsync(ProbeAsync(effect), Log.EffectFailed);
                break;
        }
    }

    public void Report(in SchedulerEffect effect)
    {
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant when !effect.Request!.IsPreload:
                foreach (var model in effect.Request.Queue.Models)
                    metrics.Granted(model.Id, effect.Device?.Device, effect.Waited);
                break;
            case SchedulerEffectKind.Reject when effect.Request is WaitingRequest { IsPreload: false }:
                metrics.NotGranted(effect.Model!.Id, effect.Rejection!.Device, SharedModelsMetrics.Outcome(effect.Rejection.Reason));
                break;
            case SchedulerEffectKind.Overdue:
                var overdue = (LeaseRecord)effect.Request!;
                Log.LeaseOverdue(
                    logger, overdue.Model.Id, TimeSpan.FromTicks(effect.Waited).TotalSeconds, Log.WhereAcquired(overdue.AcquiredAt));
                break;
            case SchedulerEffectKind.ReportLoss:
                Log.DeviceLost(logger, effect.Device!.Failure?.Exception ?? new DeviceLostException(), effect.Device.Device);
                break;
            case SchedulerEffectKind.FallBack:
                Log.FellBack(
                    logger, effect.Model!.Id, string.Join(", ", effect.Model.Settings.Candidates.Select(static device => device.Device)));
                metrics.FellBack(effect.Model.Id, effect.Device?.Device);
                break;
        }
    }

    /// <summary>Notifies holders whose leases are lost because the application is stopping.</summary>
    public void LoseAll(IEnumerable<LeaseRecord> records)
    {
        foreach (var record in records)
            SignalLost(record);
    }

    /// <summary>Marks a lease as lost. Called under the gate's lock.</summary>
    public static void Lose(LeaseRecord record, LeaseEnd end)
    {
        record.HasPendingNotification = true;
        record.LostBy = record.LostBy == LeaseEnd.None ? end : record.LostBy;
        if (record.TryGetLease(out var lease) && lease.Record == record && lease.End == LeaseEnd.None)
            lease.End = end;
    }

    /// <summary>Ends the trial of a new version that cannot be brought to its device any more.</summary>
    private void NoteRejection(in SchedulerEffect effect)
    {
        var isFault = effect.Rejection!.Reason is RejectionReason.LoadFailed or RejectionReason.OutOfMemory or RejectionReason.NeverFits;
        if (!isFault || effect.Request!.IsPreload)
            return;
        var failed = models.Find(effect.Model!);
        if (failed.Canary is { } canary && canary.Next.Members.Contains(failed))
            canary.Fail("it could not be brought to its device");
    }

    private void SignalLost(LeaseRecord record)
    {
        // Read before the record is compared: a lease that is acquired again gets another one first.
        if (record.TryGetLease(out var lease) && lease.Loss is { } source && lease.Record == record)
            _ = ObserveAsync(source.CancelAsync(), Log.CallbackFailed);
        if (record.Loss is { } loss)
            _ = ObserveAsync(loss.CancelAsync(), Log.CallbackFailed);
    }

    /// <summary>Logs exceptions of work that is not awaited.</summary>
    private async Task ObserveAsync(Task work, Action<ILogger, Exception> log)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Otherwise the exception would go unnoticed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log(logger, exception);
        }
    }

    private async Task RunStepAsync(SchedulerEffect effect)
    {
        var model = models.Find(effect.Model!);
        var outcome = await executor.RunAsync(effect, model).ConfigureAwait(false);
        gate.BeginReport();
        gate.Enter(
            (Runner: this, outcome, model),
            static (scheduler, now, step) =>
            {
                scheduler.Complete(step.outcome.Result, now);

                // A load continues after its estimate, unless it waits for memory or is no longer wanted.
                if (!step.outcome.Result.IsEstimate || step.model.Scheduled.Residency != ModelResidency.Loading)
                    step.Runner._changes.NoteStepEnded(step.model.Scheduled, step.outcome.Result.Failure, now);
                if (step.model.Scheduled.Residency == ModelResidency.OnDevice)
                    step.model.PreloadError = null;

                // Known before the shutdown can see that everything else is at rest.
                if (step.outcome is { StillRunning: { } code, Result.Abandoned: not null })
                    step.Runner._stillRunning.TryAdd(code, step.model.Id);
                return step.model.TakeEndedEviction(mayHaveFailed: step.outcome.Result.Step == SchedulerEffectKind.Evict);
            },
            static (step, eviction) =>
            {
                if (step.outcome is { StillRunning: { } running, Result.Abandoned: { } abandoned })
                    _ = step.Runner.ReclaimAsync(running, abandoned);
                eviction?.Complete();
            });
        _reporter.Report(effect, outcome);
        gate.EndReport();
    }

    /// <summary>Counts the bytes of an abandoned step until its code has ended and may have freed them.</summary>
    private async Task ReclaimAsync(Task running, AbandonedMemory abandoned)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stillRunning.TryRemove(running, out _);
        gate.Enter(abandoned, static (scheduler, now, abandoned) => scheduler.Reclaim(abandoned, now));
    }

    private async Task ProbeAsync(SchedulerEffect effect)
    {
        var result = await executor.ProbeAsync(effect).ConfigureAwait(false);
        gate.BeginReport();
        gate.Enter((Runner: this, result), static (scheduler, now, probe) =>
        {
            scheduler.Complete(probe.result, now);
            if (probe.result.Failure is null)
                probe.Runner._changes.NoteDevice(SharedModelsChangeKind.DeviceReturned, probe.result.Device!, now);
        });
        if (result.Failure is null)
            Log.DeviceReturned(logger, effect.Device!.Device);
        gate.EndReport();
    }
}
