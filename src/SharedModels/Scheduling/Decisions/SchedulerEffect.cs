using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Decisions;

/// <summary>An action that the scheduler decided on, with the relevant state at the time of the decision.</summary>
/// <param name="Kind">The kind of action.</param>
/// <param name="Model">The model, if the action concerns one.</param>
/// <param name="Request">The request, if the action concerns one.</param>
/// <param name="Rejection">The reason why the request is rejected.</param>
/// <param name="Device">The device, which is the model's device if the action concerns a model.</param>
/// <param name="Reason">The reason why the model is evicted, if it is.</param>
/// <param name="Waited">The time that a granted request has waited, in ticks.</param>
internal readonly record struct SchedulerEffect(
    SchedulerEffectKind Kind,
    ScheduledModel? Model = null,
    LeaseRequest? Request = null,
    Rejection? Rejection = null,
    ScheduledDevice? Device = null,
    EvictionReason? Reason = null,
    long Waited = 0);
