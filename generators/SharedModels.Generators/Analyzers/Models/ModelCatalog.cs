using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>The ids that an application registers, as far as its compilation shows. Safe for use by multiple threads.</summary>
internal sealed class ModelCatalog(LeaseSymbols symbols)
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.OrdinalIgnoreCase);
    private volatile bool _isOpen;

    /// <summary>Indicates whether there may be models that the compilation does not show.</summary>
    public bool IsOpen => _isOpen;

    public void Add(ModelClass model)
    {
        foreach (var registration in model.Registrations)
            _ids.TryAdd(registration.Id, true);
    }

    public bool Contains(string id) => _ids.ContainsKey(id);

    /// <summary>Returns the known id that is most similar to another id, or <see langword="null"/> if none is similar.</summary>
    public string? Nearest(string id) => _ids.Keys
        .Select(known => (Id: known, Distance: EditDistance.Between(known.ToUpperInvariant(), id.ToUpperInvariant())))
        .Where(candidate => candidate.Distance <= Math.Max(2, id.Length / 2))
        .OrderBy(static candidate => candidate.Distance)
        .ThenBy(static candidate => candidate.Id, StringComparer.Ordinal)
        .Select(static candidate => candidate.Id)
        .FirstOrDefault();

    /// <summary>Reads a call that registers models, or that may register models outside the compilation.</summary>
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
        else if (!IsOwn(method.ContainingAssembly) && method.Parameters.Any(parameter => symbols.MayRegister(parameter.Type)))
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

    /// <summary>Indicates whether the assembly is part of this compilation or of the library.</summary>
    private static bool IsOwn(IAssemblySymbol? assembly) =>
        assembly is null or ISourceAssemblySymbol
            || assembly.Name is "SharedModels" or KnownNames.AbstractionsAssembly or "SharedModels.AspNetCore";

    private static bool IsBuilder(ITypeSymbol type) => type.Name == "ISharedModelsBuilder";
}
