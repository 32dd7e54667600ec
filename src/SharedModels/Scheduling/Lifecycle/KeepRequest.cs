using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>
/// The scheduler's own request that a preloaded model come back to its device: nobody waits for it, and so it comes after all others.
/// </summary>
internal sealed class KeepRequest : LeaseRequest
{
    public KeepRequest(ScheduledModel model)
        : base(model.Preloads, new LeaseHolder()) => Priority = 0;
}
