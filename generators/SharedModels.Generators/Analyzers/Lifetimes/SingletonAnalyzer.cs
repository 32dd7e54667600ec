using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Lifetimes;

/// <summary>Reports leases in hosted services, and in classes that the compilation registers as singletons.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SingletonAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [DiagnosticDescriptors.LeaseInSingleton, DiagnosticDescriptors.LeaseOutlivesScope];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        var singletons = new ConcurrentDictionary<INamedTypeSymbol, bool>(SymbolEqualityComparer.Default);
        var found = new ConcurrentBag<(INamedTypeSymbol Owner, Diagnostic Diagnostic)>();
        context.RegisterSymbolAction(symbol => CollectParameters((INamedTypeSymbol)symbol.Symbol, symbols, found), SymbolKind.NamedType);
        context.RegisterOperationAction(
            operation => CollectStores((ISimpleAssignmentOperation)operation.Operation, operation.ContainingSymbol, symbols, found),
            OperationKind.SimpleAssignment);
        context.RegisterOperationAction(
            operation =>
            {
                foreach (var type in RegisteredBy((IInvocationOperation)operation.Operation).OfType<INamedTypeSymbol>())
                    singletons.TryAdd(type.OriginalDefinition, true);
            },
            OperationKind.Invocation);
        context.RegisterCompilationEndAction(end =>
        {
            foreach (var (owner, diagnostic) in found)
            {
                if (symbols.IsHostedService(owner) || singletons.ContainsKey(owner.OriginalDefinition))
                    end.ReportDiagnostic(diagnostic);
            }
        });
    }

    private static void CollectParameters(INamedTypeSymbol type, LeaseSymbols symbols, ConcurrentBag<(INamedTypeSymbol, Diagnostic)> found)
    {
        foreach (var parameter in type.InstanceConstructors.SelectMany(static constructor => constructor.Parameters))
        {
            // The parameter of the copy constructor of a record has no location.
            if (symbols.IsOfScope(parameter.Type) && !parameter.ContainingSymbol.IsImplicitlyDeclared)
                found.Add(
                    (type, Diagnostic.Create(DiagnosticDescriptors.LeaseInSingleton, parameter.Locations[0], parameter.Name, type.Name)));
        }
    }

    /// <summary>Collects leases that are stored in members. A constructor parameter is reported at the parameter instead.</summary>
    private static void CollectStores(
        ISimpleAssignmentOperation assignment, ISymbol member, LeaseSymbols symbols, ConcurrentBag<(INamedTypeSymbol, Diagnostic)> found)
    {
        if (assignment.Target is not IMemberReferenceOperation
        {
            Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance },
        } store)
            return;
        var value = assignment.Value.Unwrap();
        if (value is IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } }
            || !symbols.IsOfScope(value.Type))
            return;
        var owner = member.ContainingType;
        found.Add((owner, Diagnostic.Create(
            DiagnosticDescriptors.LeaseOutlivesScope,
            assignment.Syntax.GetLocation(),
            $"'{store.Member.Name}' of singleton '{owner.Name}'")));
    }

    /// <summary>
    /// Returns the classes that a call registers: the last type that it names, as in <c>AddSingleton&lt;IClock, Clock&gt;()</c>, and the
    /// types of the objects that it receives or that its factory creates.
    /// </summary>
    private static IEnumerable<ITypeSymbol?> RegisteredBy(IInvocationOperation call)
    {
        if (!IsRegistration(call.TargetMethod))
            return [];
        var values = call.Arguments.Select(static argument => argument.Value.Unwrap()).ToList();
        var named = call.TargetMethod.TypeArguments.LastOrDefault()
            ?? values.OfType<ITypeOfOperation>().LastOrDefault()?.TypeOperand;
        if (call.TargetMethod.Name == "UseMiddleware" && named?.AllInterfaces.Any(static part => part.Name == "IMiddleware") == true)
            return [];
        var created = values
            .OfType<IDelegateCreationOperation>()
            .Select(static creation => creation.Target)
            .OfType<IAnonymousFunctionOperation>()
            .SelectMany(static factory => factory.Body.Descendants().OfType<IReturnOperation>())
            .Select(static operation => operation.ReturnedValue?.Unwrap())
            .Concat(values)
            .OfType<IObjectCreationOperation>()
            .Select(static creation => creation.Type);
        return created.Append(named);
    }

    private static bool IsRegistration(IMethodSymbol method)
    {
        var space = method.ContainingNamespace?.ToDisplayString() ?? "";

        // The application creates middleware once, unless a factory does.
        return method.Name == "UseMiddleware"
            ? space == "Microsoft.AspNetCore.Builder"
            : method.Name is "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" or "TryAddKeyedSingleton" or "AddHostedService"
                or "Singleton" or "KeyedSingleton"
                && space.StartsWith("Microsoft.Extensions.DependencyInjection", StringComparison.Ordinal);
    }
}
