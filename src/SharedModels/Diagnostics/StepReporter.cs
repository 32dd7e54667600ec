using Microsoft.Extensions.Logging;
using SharedModels.Residency;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Diagnostics;

/// <summary>Reports the results of models' steps to logs, metrics and traces.</summary>
internal sealed class StepReporter(SharedModelsMetrics metrics, ILogger logger)
{
    public void Report(in SchedulerEffect effect, StepOutcome outcome)
    {
        var (id, device, seconds) = (effect.Model!.Id, effect.Device?.Device, outcome.Duration.TotalSeconds);
        var failure = outcome.Result.Failure?.Exception;
        outcome.Activity.End(failure);
        if (effect.Reason is { } reason && (failure is null || outcome.Result.FailureKind == StepFailure.DeviceLost))
            metrics.Evicted(id, device, reason);
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Load when outcome.Result.IsEstimate:
                break;
            case SchedulerEffectKind.Load:
                metrics.Loaded(id, device, outcome.Duration, failure);
                if (failure is null)
                    Log.ModelLoaded(logger, id, seconds, outcome.Result.Footprint.HostBytes);
                else
                    Log.LoadFailed(logger, failure, id);
                break;
            case SchedulerEffectKind.Move:
                metrics.Moved(id, device, outcome.Duration, isEviction: false, outcome.Result.TransferredBytes, failure);
                if (failure is null)
                    Log.ModelMoved(logger, id, effect.Device!.Device, seconds);
                else
                    Log.MoveFailed(logger, failure, id, effect.Device!.Device);
                break;
            case SchedulerEffectKind.Evict:
                metrics.Moved(id, device, outcome.Duration, isEviction: true, outcome.Result.TransferredBytes, failure);
                if (failure is null)
                    Log.ModelEvicted(logger, id, effect.Device!.Device);
                else
                    Log.MoveFailed(logger, failure, id, Device.Cpu);
                break;
            case SchedulerEffectKind.Unload when failure is null:
                Log.ModelUnloaded(logger, id);
                break;
            case SchedulerEffectKind.Unload:
                Log.CleanUpFailed(logger, failure, id);
                break;
        }
    }
}
