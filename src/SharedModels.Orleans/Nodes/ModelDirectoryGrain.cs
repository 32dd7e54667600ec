using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Nodes;

/// <summary>Reads the membership of the silo that receives the call.</summary>
[StatelessWorker]
[GrainType("sharedmodels-directory")]
internal sealed class ModelDirectoryGrain(IClusterMembershipService membership) : Grain, IModelDirectoryGrain
{
    // Silos that stop still serve the calls that they have accepted.
    public Task<string[]> GetNodesAsync() => Task.FromResult<string[]>(
    [
        .. membership.CurrentSnapshot.Members.Values
            .Where(static member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping)
            .Select(static member => member.SiloAddress.ToParsableString()),
    ]);
}
