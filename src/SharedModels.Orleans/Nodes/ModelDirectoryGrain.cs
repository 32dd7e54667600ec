using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Nodes;

/// <summary>Reads the nodes among the members that the silo that receives the call knows.</summary>
[StatelessWorker]
[GrainType("sharedmodels-directory")]
internal sealed class ModelDirectoryGrain(IClusterMembershipService membership, IClusterManifestProvider manifests)
    : Grain, IModelDirectoryGrain
{
    public Task<string[]> GetNodesAsync()
    {
        var silos = manifests.Current.Silos;
        return Task.FromResult<string[]>(
        [
            .. membership.CurrentSnapshot.Members.Values
                .Where(member => IsNode(member.SiloAddress, member.Status))
                .Select(static member => member.SiloAddress.ToParsableString()),
        ]);

        // Silos that stop still serve the calls that they have accepted. The manifest of a new silo arrives later than its membership.
        bool IsNode(SiloAddress silo, SiloStatus status) =>
            status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping
            && (!silos.TryGetValue(silo, out var manifest) || NodeProperties.AreIn(manifest));
    }
}
