using System.Collections.Concurrent;
using SharedModels.Contracts;

namespace SharedModels.Orleans.Nodes;

/// <summary>Finds the methods of contracts that classes of models implement.</summary>
internal sealed class NodeContracts
{
    private readonly ConcurrentDictionary<(Type Model, string Contract), IReadOnlyDictionary<string, RemoteMethod>?> _methods = new();

    /// <summary>
    /// Returns a method, or <see langword="null"/> if the class does not implement the contract, or if the contract does not have it.
    /// </summary>
    public RemoteMethod? Find(Type model, string contract, string method) =>
        _methods.GetOrAdd((model, contract), static key => MethodsOf(key.Model, key.Contract))?.GetValueOrDefault(method);

    private static Dictionary<string, RemoteMethod>? MethodsOf(Type model, string contract)
    {
        var type = Array.Find(model.GetInterfaces(), type => type.FullName == contract);
        return type is null
            ? null
            : RemoteContracts.Find(type)?.Methods.ToDictionary(static method => method.Name, StringComparer.Ordinal);
    }
}
