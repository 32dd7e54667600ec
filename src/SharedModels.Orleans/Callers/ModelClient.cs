using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SharedModels.Contracts;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Callers;

/// <inheritdoc/>
internal sealed class ModelClient<TContract> : IModelClient<TContract>
    where TContract : class
{
    private readonly ConcurrentDictionary<string, TContract> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly RemoteContract<TContract> _contract;
    private readonly Func<string, TContract> _create;

    public ModelClient(ModelNodes nodes, Payloads payloads, ILogger<RemoteModelCaller> logger)
    {
        _contract = RemoteContracts.Find(typeof(TContract)) as RemoteContract<TContract> ?? throw new InvalidOperationException(
            $"{typeof(TContract)} is not a contract of a remote model. Mark the interface with [RemoteModel(\"…\")], and reference "
            + "SharedModels.Abstractions in its project, whose source generator describes it.");
        _create = id => _contract.CreateProxy(new RemoteModelCaller(nodes, payloads, id, logger));
        Model = ModelOf(_contract.ModelId);
    }

    public TContract Model { get; }

    public TContract ModelOf(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return _models.GetOrAdd(id, _create);
    }
}
