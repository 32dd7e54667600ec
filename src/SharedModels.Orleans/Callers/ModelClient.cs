using Microsoft.Extensions.Logging;
using SharedModels.Clustering.Telemetry;
using SharedModels.Configuration;
using SharedModels.Contracts;
using SharedModels.Diagnostics;
using SharedModels.Leasing;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Callers;

/// <inheritdoc/>
internal sealed class ModelClient<TContract> : IModelClient<TContract>
    where TContract : class
{
    private static readonly AcquireOptions Defaults = new();

    private readonly RemoteContract<TContract> _contract;
    private readonly Func<string, AcquireOptions, TContract> _create;

    public ModelClient(ModelNodes nodes, Payloads payloads, ClusterMetrics metrics, ILogger<RemoteModelCaller> logger)
    {
        _contract = RemoteContracts.Find(typeof(TContract)) as RemoteContract<TContract> ?? throw new InvalidOperationException(
            $"{typeof(TContract)} is not a contract of a remote model. Mark the interface with [RemoteModel(\"…\")], and reference "
            + "SharedModels.Abstractions in its project, whose source generator describes it.");
        var safe = new SafeLogger(logger);
        _create = (id, options) => _contract.CreateProxy(new RemoteModelCaller(nodes, payloads, metrics, id, options, safe));
        Model = _create(_contract.ModelId, Defaults);
    }

    public TContract Model { get; }

    // Ids can come from requests, so proxies are not kept.
    public TContract ModelOf(string id) => Check(id) == _contract.ModelId ? Model : _create(id, Defaults);

    public TContract With(AcquireOptions options, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        LeaseService.Check(options);
        return _create(id is null ? _contract.ModelId : Check(id), options);
    }

    private static string Check(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return ModelId.IsValid(id)
            ? id
            : throw new ArgumentException(
                $"'{id}' is not a valid model id. Use 1 to {ModelId.MaxLength} letters (A to Z), digits, '.', '_' and '-'.", nameof(id));
    }
}
