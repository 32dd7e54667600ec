using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Requests;

/// <summary>A request that a model come to its device, without a lease.</summary>
internal sealed class PreloadRequest(RegisteredModel model) : WaitingRequest(model.Scheduled.Preloads, new LeaseHolder())
{
    internal override IEnumerable<RegisteredModel> Models => [model];
}
