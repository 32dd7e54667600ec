using System.Collections.Concurrent;
using System.Reflection;
using SharedModels.Contracts;

namespace SharedModels.Orleans;

/// <summary>Finds the generated descriptions of contracts.</summary>
internal static class RemoteContracts
{
    private static readonly ConcurrentDictionary<Type, RemoteContract?> Known = new();

    /// <summary>Returns the description of an interface, or <see langword="null"/> if there is none.</summary>
    public static RemoteContract? Find(Type contract) => Known.GetOrAdd(contract, static contract =>
        contract.Assembly.GetCustomAttributes<RemoteContractAttribute>()
            .Where(attribute => attribute.Contract == contract)
            .Select(static attribute => (RemoteContract?)Activator.CreateInstance(attribute.Description))
            .FirstOrDefault());
}
