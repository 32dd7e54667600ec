using System.Collections.Concurrent;
using SharedModels.Contracts;

namespace SharedModels.Orleans.Nodes;

/// <summary>Finds the methods of contracts that classes of models implement.</summary>
internal sealed class NodeContracts
{
    private readonly ConcurrentDictionary<(Type Model, string Contract), IReadOnlyDictionary<string, RemoteMethod>> _methods = new();

    /// <summary>
    /// Returns a method, or <see langword="null"/> if the class does not implement the contract, or if the contract does not have it or
    /// has one of the other kind.
    /// </summary>
    public RemoteMethod? Find(Type model, string contract, string method, bool isStream)
    {
        // Contracts come from callers, so unknown ones are not kept.
        if (!_methods.TryGetValue((model, contract), out var methods) && MethodsOf(model, contract) is { } found)
            methods = _methods.GetOrAdd((model, contract), found);
        return methods?.GetValueOrDefault(method) is { } known && known.Accept(new KindVisitor()) == isStream ? known : null;
    }

    private static Dictionary<string, RemoteMethod>? MethodsOf(Type model, string contract)
    {
        var type = Array.Find(model.GetInterfaces(), type => type.FullName == contract);
        return type is null
            ? null
            : RemoteContracts.Find(type)?.Methods.ToDictionary(static method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>Returns true for methods that return a stream.</summary>
    private sealed class KindVisitor : IRemoteMethodVisitor<bool>
    {
        public bool Visit<TContract, TArguments, TResult>(RemoteCall<TContract, TArguments, TResult> method)
            where TContract : class => false;

        public bool Visit<TContract, TArguments, TItem>(RemoteStream<TContract, TArguments, TItem> method)
            where TContract : class => true;
    }
}
