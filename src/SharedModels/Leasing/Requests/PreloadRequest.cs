using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Requests;

/// <summary>A request to move a model to its device without leasing it.</summary>
internal sealed class PreloadRequest(RegisteredModel model) : WaitingRequest(model.Scheduled.Preloads, new LeaseHolder())
{
    internal override IEnumerable<RegisteredModel> Models => [model];
}
