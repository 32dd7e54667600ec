using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>
/// Reports models that are used before their lease is acquired or after it is released, and leases that are acquired one after the other.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LeaseFlowAnalyzer : LeaseAnalyzer
{
    /// <summary>The diagnostic property that contains the expression of the lease.</summary>
    internal const string Lease = nameof(Lease);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        DiagnosticDescriptors.ModelUsedBeforeAcquisition,
        DiagnosticDescriptors.SuccessiveAcquisition,
        DiagnosticDescriptors.ModelUsedAfterRelease,
    ];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        var injected = new InjectedTypes();
        context.RegisterOperationAction(operation => injected.Read((IInvocationOperation)operation.Operation), OperationKind.Invocation);
        context.RegisterSymbolStartAction(type => StartType(type, symbols, injected), SymbolKind.NamedType);
        context.RegisterOperationBlockStartAction(block => StartProgram(block, symbols));
        context.RegisterCompilationEndAction(injected.Report);
    }

    private static void StartType(SymbolStartAnalysisContext context, LeaseSymbols symbols, InjectedTypes injected)
    {
        var handlers = new EndpointHandlers();
        var members = new TypeLeases();
        context.RegisterOperationAction(operation => handlers.Read((IInvocationOperation)operation.Operation), OperationKind.Invocation);
        context.RegisterOperationBlockStartAction(block => StartBlock(block, symbols, members));
        context.RegisterSymbolEndAction(end =>
        {
            var type = (INamedTypeSymbol)end.Symbol;
            foreach (var (use, code) in members.Unacquired(handlers))
            {
                if (TypeLeases.IsCertain(use, code, type))
                    end.ReportDiagnostic(Unacquired(use));
                else
                    injected.Add(type, Unacquired(use));
            }
        });
    }

    /// <summary>Analyzes top-level statements, because symbol actions do not see their class.</summary>
    private static void StartProgram(OperationBlockStartAnalysisContext context, LeaseSymbols symbols)
    {
        if (context.OwningSymbol.ContainingType is not { IsImplicitlyDeclared: true })
            return;
        var handlers = new EndpointHandlers();
        var members = new TypeLeases();
        context.RegisterOperationAction(operation => handlers.Read((IInvocationOperation)operation.Operation), OperationKind.Invocation);
        context.RegisterOperationBlockEndAction(end =>
        {
            Analyze(end, symbols, members);
            foreach (var (use, _) in members.Unacquired(handlers))
                end.ReportDiagnostic(Unacquired(use));
        });
    }

    private static void StartBlock(OperationBlockStartAnalysisContext context, LeaseSymbols symbols, TypeLeases members)
    {
        var isConcerned = TypeLeases.Concerns(context.OwningSymbol, symbols);
        context.RegisterOperationAction(
            operation =>
            {
                if (symbols.IsWait(((IInvocationOperation)operation.Operation).TargetMethod))
                    Volatile.Write(ref isConcerned, true);
            },
            OperationKind.Invocation);
        context.RegisterOperationAction(
            operation =>
            {
                if (symbols.IsModelOfLease(((IPropertyReferenceOperation)operation.Operation).Property))
                    Volatile.Write(ref isConcerned, true);
            },
            OperationKind.PropertyReference);
        context.RegisterOperationBlockEndAction(end =>
        {
            if (Volatile.Read(ref isConcerned))
                Analyze(end, symbols, members);
        });
    }

    private static Diagnostic Unacquired(LeaseStep use) => Diagnostic.Create(
        DiagnosticDescriptors.ModelUsedBeforeAcquisition,
        use.Operation.Syntax.GetLocation(),
        ImmutableDictionary<string, string?>.Empty.Add(Lease, use.Key!.Value.Name),
        use.Key.Value.Name);

    private static void Analyze(OperationBlockAnalysisContext context, LeaseSymbols symbols, TypeLeases members)
    {
        foreach (var block in context.OperationBlocks.Where(static block => block.SemanticModel is not null))
        {
            foreach (var (graph, owner) in FlowGraphs.All(context.GetControlFlowGraph(block), context.OwningSymbol))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var flow = LeaseFlow.Analyze(graph, symbols, block.SemanticModel!);
                members.Add(flow, context.OwningSymbol, owner);
                foreach (var use in flow.Released)
                    context.ReportDiagnostic(Diagnostic.Create(
                        DiagnosticDescriptors.ModelUsedAfterRelease, use.Operation.Syntax.GetLocation(), use.Key!.Value.Name));
                foreach (var (second, first) in flow.Successive)
                    context.ReportDiagnostic(Diagnostic.Create(
                        DiagnosticDescriptors.SuccessiveAcquisition, second.Operation.Syntax.GetLocation(), NameOf(second), first.Name));
            }
        }
    }

    private static string NameOf(LeaseStep step) => step.Key?.Name ?? ((IInvocationOperation)step.Operation).TargetMethod.Name;
}
