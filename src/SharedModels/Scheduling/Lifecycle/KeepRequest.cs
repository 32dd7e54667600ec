using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>
/// The scheduler's own request to reload a missing preloaded model. No caller waits for it, so it comes after all other requests.
/// </summary>
internal sealed class KeepRequest : LeaseRequest
{
    public KeepRequest(ScheduledModel model)
        : base(model.Preloads, new LeaseHolder()) => Priority = 0;
}
