using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Contracts;
using SharedModels.Diagnostics;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Callers;

/// <inheritdoc/>
internal sealed class ModelClient<TContract> : IModelClient<TContract>
    where TContract : class
{
    private readonly RemoteContract<TContract> _contract;
    private readonly Func<string, TContract> _create;

    public ModelClient(ModelNodes nodes, Payloads payloads, ILogger<RemoteModelCaller> logger)
    {
        _contract = RemoteContracts.Find(typeof(TContract)) as RemoteContract<TContract> ?? throw new InvalidOperationException(
            $"{typeof(TContract)} is not a contract of a remote model. Mark the interface with [RemoteModel(\"…\")], and reference "
            + "SharedModels.Abstractions in its project, whose source generator describes it.");
        var safe = new SafeLogger(logger);
        _create = id => _contract.CreateProxy(new RemoteModelCaller(nodes, payloads, id, safe));
        Model = _create(_contract.ModelId);
    }

    public TContract Model { get; }

    public TContract ModelOf(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id == _contract.ModelId)
            return Model;

        // Ids can come from requests, so proxies are not kept.
        return ModelId.IsValid(id)
            ? _create(id)
            : throw new ArgumentException(
                $"'{id}' is not a valid model id. Use 1 to {ModelId.MaxLength} letters (A to Z), digits, '.', '_' and '-'.", nameof(id));
    }
}
