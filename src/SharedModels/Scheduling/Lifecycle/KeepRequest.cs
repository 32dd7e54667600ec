using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>The scheduler's own request that a preloaded model come back to its device.</summary>
internal sealed class KeepRequest(ScheduledModel model) : LeaseRequest(model.Preloads, new LeaseHolder());
