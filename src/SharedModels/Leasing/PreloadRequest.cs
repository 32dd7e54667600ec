using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <summary>The wish that a model come to its device, without anybody's using it.</summary>
internal sealed class PreloadRequest(ModelHost host) : LeaseRequest(host, new LeaseHolder())
{
    public TaskCompletionSource Wait { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal override bool IsPreload => true;
}
