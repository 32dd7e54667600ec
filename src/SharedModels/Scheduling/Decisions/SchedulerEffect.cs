namespace SharedModels.Scheduling.Decisions;

/// <summary>One thing that the scheduler wants done.</summary>
internal readonly record struct SchedulerEffect(
    SchedulerEffectKind Kind,
    ScheduledModel? Model = null,
    LeaseRequest? Request = null,
    Refusal? Refusal = null,
    ScheduledDevice? Device = null);
