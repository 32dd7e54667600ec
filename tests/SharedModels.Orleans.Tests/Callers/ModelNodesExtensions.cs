using SharedModels.Orleans.Callers;
using SharedModels.Routing.Nodes;

namespace SharedModels.Orleans.Tests.Callers;

internal static class ModelNodesExtensions
{
    /// <summary>Waits until a silo reports to the caller.</summary>
    public static async Task UntilLiveAsync(this ModelNodes nodes, TestSilo silo)
    {
        await nodes.ReadyAsync(default).WaitAsync(TestBound.Wait);
        await Condition.UntilAsync(
            () => nodes.Describe().Nodes.Any(entry => entry.Node.Node == silo.Address && entry.Node.Standing == NodeStanding.Live));
    }
}
