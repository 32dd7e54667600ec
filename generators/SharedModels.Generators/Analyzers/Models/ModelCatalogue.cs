using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>The ids that an application registers, as far as its compilation tells; collected by many threads.</summary>
internal sealed class ModelCatalogue(LeaseSymbols symbols)
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.OrdinalIgnoreCase);
    private volatile bool _isOpen;

    /// <summary>Whether there can be models that the compilation does not tell.</summary>
    public bool IsOpen => _isOpen;

    public void Add(ModelClass model)
    {
        foreach (var registration in model.Registrations)
            _ids.TryAdd(registration.Id, true);
    }

    public bool Contains(string id) => _ids.ContainsKey(id);

    /// <summary>The known id that is most like another one; <see langword="null"/> if none is.</summary>
    public string? Nearest(string id) => _ids.Keys
        .Select(known => (Id: known, Distance: EditDistance.Between(known.ToUpperInvariant(), id.ToUpperInvariant())))
        .Where(candidate => candidate.Distance <= Math.Max(2, id.Length / 2))
        .OrderBy(static candidate => candidate.Distance)
        .ThenBy(static candidate => candidate.Id, StringComparer.Ordinal)
        .Select(static candidate => candidate.Id)
        .FirstOrDefault();

    /// <summary>Learns from a call that registers models, or that may do so where the compilation does not see it.</summary>
    public void Read(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (symbols.IsAdd(method))
            ReadAdd(call);
        else if (method.Name == "AddModel"
            && method.Parameters.Any(static parameter => parameter.Name == "id")
            && IsBuilder(method.Parameters[0].Type))
            Add(call.Arguments.FirstOrDefault(static argument =>
                argument.Parameter?.Name == "id")?.Value.ConstantValue is { HasValue: true, Value: string id } ? id : null);
        else if (!IsOwn(method.ContainingAssembly) && method.Parameters.Any(parameter => MayRegister(parameter.Type)))
            _isOpen = true;
    }

    private void ReadAdd(IInvocationOperation call)
    {
        var id = call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Name == "id")?.Value.ConstantValue;
        if (id is { HasValue: true, Value: string given })
            Add(given);
        else if (id is { HasValue: true } && call.Arguments.FirstOrDefault(
            static argument => argument.Parameter?.Name == "model")?.Value.Unwrap().Type is INamedTypeSymbol { IsSealed: true } type)
            Add(IdOf(type));
        else
            _isOpen = true;
    }

    private void Add(string? id)
    {
        if (id is null)
            _isOpen = true;
        else
            _ids.TryAdd(id, true);
    }

    private static string IdOf(INamedTypeSymbol type) =>
        type.GetAttributes().FirstOrDefault(
            static attribute => attribute.Is(KnownNames.SharedModelAttribute))?.Argument() is { Value: string id } ? id : type.Name;

    /// <summary>Whether its code is compiled here, or is the library's own.</summary>
    private static bool IsOwn(IAssemblySymbol? assembly) =>
        assembly is null or ISourceAssemblySymbol
            || assembly.Name is "SharedModels" or KnownNames.AbstractionsAssembly or "SharedModels.AspNetCore";

    private bool MayRegister(ITypeSymbol type) => IsBuilder(type) || symbols.IsManager(type);

    private static bool IsBuilder(ITypeSymbol type) => type.Name == "ISharedModelsBuilder";
}
