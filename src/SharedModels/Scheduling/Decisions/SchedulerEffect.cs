using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Decisions;

/// <summary>One thing that the scheduler wants done, with what the doer needs to know as it was when that was decided.</summary>
/// <param name="Kind">What.</param>
/// <param name="Model">The model, if it concerns one.</param>
/// <param name="Request">The request, if it concerns one.</param>
/// <param name="Rejection">Why the request is rejected.</param>
/// <param name="Device">The device, which is the model's if it concerns a model.</param>
/// <param name="Reason">Why the model leaves its device, if it does.</param>
/// <param name="Waited">How long a granted request has waited, in ticks.</param>
internal readonly record struct SchedulerEffect(
    SchedulerEffectKind Kind,
    ScheduledModel? Model = null,
    LeaseRequest? Request = null,
    Rejection? Rejection = null,
    ScheduledDevice? Device = null,
    EvictionReason? Reason = null,
    long Waited = 0);
