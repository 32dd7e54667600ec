using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>
/// Collects diagnostics of classes that a compilation registers as scoped or transient, or that the framework constructs. Nothing is
/// reported if any endpoint is marked, because that endpoint may use any of the classes.
/// </summary>
internal sealed class InjectedTypes
{
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _types = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentBag<(INamedTypeSymbol Type, Diagnostic Diagnostic)> _found = [];

    private bool _isMarked;

    public void Read(IInvocationOperation call)
    {
        if (call.TargetMethod.Name == EndpointHandlers.Mark)
            Volatile.Write(ref _isMarked, true);
        if (call.TargetMethod is
        {
            Name: "AddScoped" or "TryAddScoped" or "AddTransient" or "TryAddTransient",
            TypeArguments: { Length: > 0 } types,
        } && types[types.Length - 1] is INamedTypeSymbol type)
            _types.TryAdd(type.OriginalDefinition, true);
    }

    public void Add(INamedTypeSymbol type, Diagnostic diagnostic) => _found.Add((type, diagnostic));

    public void Report(CompilationAnalysisContext context)
    {
        if (Volatile.Read(ref _isMarked))
            return;
        foreach (var (type, diagnostic) in _found)
        {
            if (_types.ContainsKey(type.OriginalDefinition) || EndpointHandlers.IsComponent(type))
                context.ReportDiagnostic(diagnostic);
        }
    }
}
