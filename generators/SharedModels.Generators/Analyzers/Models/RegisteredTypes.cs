using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>The classes that an application registers, as far as its compilation shows. Safe for use by multiple threads.</summary>
internal sealed class RegisteredTypes(LeaseSymbols symbols)
{
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _marked = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _added = new(SymbolEqualityComparer.Default);
    private volatile bool _isOpen;
    private volatile bool _isOpenToOthers;

    /// <summary>Reads a declared class: one with <c>[SharedModel]</c>, or one that implements a lease.</summary>
    public void Read(INamedTypeSymbol type)
    {
        if (symbols.IsModel(type))
            _marked.TryAdd(type, true);
        foreach (var lease in type.AllInterfaces)
            Add(symbols.ModelOf(lease));
    }

    /// <summary>Reads a call that registers a class with the manager or a lease with the container.</summary>
    public void Read(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.Name.StartsWith("Add", StringComparison.Ordinal) || method.Name.StartsWith("TryAdd", StringComparison.Ordinal))
        {
            foreach (var argument in method.TypeArguments)
                Add(symbols.ModelOf(argument));
        }

        if (!symbols.IsAdd(method) && !method.Parameters.Any(parameter => symbols.MayRegister(parameter.Type)))
            return;
        foreach (var argument in method.TypeArguments)
            Add(argument);

        // Another assembly can register its own classes, but not the classes of this one that the call does not name. Of the library's own
        // methods, those such as AddOnnxModel do.
        var addsUnnamedModel = !method.IsGenericMethod
            && method.Name.StartsWith("Add", StringComparison.Ordinal)
            && method.Name.EndsWith("Model", StringComparison.Ordinal);
        if (addsUnnamedModel || !symbols.IsKnown(method.ContainingAssembly))
            _isOpenToOthers = true;
    }

    /// <summary>Reads <c>typeof(…)</c>. The open lease type is the type of an application's own registration of all leases.</summary>
    public void Read(ITypeOfOperation type)
    {
        if (type.TypeOperand is INamedTypeSymbol { IsUnboundGenericType: true } lease && symbols.IsLease(lease.OriginalDefinition))
            _isOpen = true;
        else
            Add(symbols.ModelOf(type.TypeOperand));
    }

    /// <summary>Indicates whether there may be a registration of the class.</summary>
    /// <param name="type">The class, or a base class or an interface of it.</param>
    /// <param name="isExact">True if a registration of a derived class does not count, because the container injects the lease.</param>
    /// <param name="isOwn">True if this compilation declares the class.</param>
    public bool MayContain(INamedTypeSymbol type, bool isExact, bool isOwn) =>
        _isOpen
        || (_isOpenToOthers && !isOwn)
        || symbols.IsModel(type)
        || _added.Keys.Any(added => IsOrDerives(added, type) || IsOrDerives(type, added))
        || (!isExact && _marked.Keys.Any(marked => IsOrDerives(marked, type)));

    private static bool IsOrDerives(INamedTypeSymbol type, INamedTypeSymbol other)
    {
        for (var part = type; part is not null; part = part.BaseType)
        {
            if (LeaseSymbols.Same(part, other))
                return true;
        }

        return type.AllInterfaces.Any(part => LeaseSymbols.Same(part, other));
    }

    private void Add(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol named)
            _added.TryAdd(named, true);
        else if (type is not null)
            _isOpen = true;
    }
}
