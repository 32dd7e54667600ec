using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Tests.Scheduling;

/// <summary>Named methods for the replies to effects.</summary>
internal static class SchedulerReplies
{
    public static void Loaded(this LeaseScheduler scheduler, ScheduledModel model, ModelFootprint footprint, long now) =>
        scheduler.Complete(Step(SchedulerEffectKind.Load, model) with { Footprint = footprint }, now);

    public static void Moved(this LeaseScheduler scheduler, ScheduledModel model, long now) =>
        scheduler.Complete(Step(SchedulerEffectKind.Move, model), now);

    public static void MoveFailed(
        this LeaseScheduler scheduler, ScheduledModel model, Exception cause, long now, AbandonedMemory? abandoned = null) =>
        scheduler.Complete(Step(SchedulerEffectKind.Move, model) with
        {
            Failure = Failure.Of(cause),
            FailureKind = StepFailure.Model,
            Abandoned = abandoned,
        }, now);

    public static void Probed(this LeaseScheduler scheduler, ScheduledDevice device, Exception? cause, long now) => scheduler.Complete(
        new StepResult(SchedulerEffectKind.Probe, null, device, device.Generation) { Failure = cause is null ? null : Failure.Of(cause) },
        now);

    public static void DeviceLost(
        this LeaseScheduler scheduler, ScheduledDevice device, Exception cause, long now, int? generation = null) =>
        scheduler.LoseDevice(device, Failure.Of(cause), now, generation);

    private static StepResult Step(SchedulerEffectKind kind, ScheduledModel model) =>
        new(kind, model, model.Device, model.Device!.Generation);
}
