using Orleans;
using Orleans.Concurrency;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Nodes;

/// <summary>Receives the calls for the node of its silo. Nothing but the start of each call runs on the scheduler of the grain.</summary>
[Reentrant]
[PinnedPlacement]
[GrainType(Type)]
internal sealed class ModelNodeGrain(ModelNode node) : Grain, IModelNodeGrain
{
    public const string Type = "sharedmodels-node";

    public Task<ModelReply> InvokeAsync(ModelCall call, CancellationToken cancellationToken) =>
        Task.Run(() => node.Dispatcher.InvokeAsync(call, cancellationToken), CancellationToken.None);

    public IAsyncEnumerable<ModelReply> StreamAsync(ModelCall call, CancellationToken cancellationToken) =>
        node.Dispatcher.StreamAsync(call, cancellationToken);

    public Task<byte[]> ReportAsync(Guid caller, long instance, long number, CancellationToken cancellationToken) =>
        Task.Run(() => node.ReportAsync(caller, instance, number, cancellationToken), CancellationToken.None);
}
