using Orleans.Runtime;
using Orleans.Runtime.Placement;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Nodes;

/// <summary>Returns the silo whose address is the key of the grain.</summary>
internal sealed class PinnedPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : Task.FromException<SiloAddress>(new NodeGoneException($"Silo {silo} is not a node of the cluster."));
    }
}
