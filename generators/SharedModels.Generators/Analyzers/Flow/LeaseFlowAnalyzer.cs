using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>Reports models that are used before their lease is acquired, and leases that are acquired one after the other.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LeaseFlowAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.ModelUsedBeforeAcquisition, DiagnosticDescriptors.SuccessiveAcquisition];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        var injected = new InjectedTypes();
        context.RegisterOperationAction(operation => injected.Read((IInvocationOperation)operation.Operation), OperationKind.Invocation);
        context.RegisterSymbolStartAction(type => StartType(type, symbols, injected), SymbolKind.NamedType);
        context.RegisterCompilationEndAction(injected.Report);
    }

    private static void StartType(SymbolStartAnalysisContext context, LeaseSymbols symbols, InjectedTypes injected)
    {
        var handlers = new EndpointHandlers();
        var members = new TypeLeases();
        context.RegisterOperationAction(operation => handlers.Read((IInvocationOperation)operation.Operation), OperationKind.Invocation);
        context.RegisterOperationBlockStartAction(block =>
        {
            var uses = 0;
            block.RegisterOperationAction(
                operation =>
                {
                    if (symbols.IsWait(((IInvocationOperation)operation.Operation).TargetMethod))
                        Interlocked.Exchange(ref uses, 1);
                },
                OperationKind.Invocation);
            block.RegisterOperationAction(
                operation =>
                {
                    if (symbols.IsModelOfLease(((IPropertyReferenceOperation)operation.Operation).Property))
                        Interlocked.Exchange(ref uses, 1);
                },
                OperationKind.PropertyReference);
            block.RegisterOperationBlockEndAction(end =>
            {
                if (uses > 0 || TypeLeases.Concerns(end.OwningSymbol, symbols))
                    Analyze(end, symbols, members);
            });
        });
        context.RegisterSymbolEndAction(end =>
        {
            var type = (INamedTypeSymbol)end.Symbol;
            foreach (var (use, code) in members.Unacquired(handlers))
            {
                var diagnostic = Diagnostic.Create(DiagnosticDescriptors.ModelUsedBeforeAcquisition, use.Operation.Syntax.GetLocation(), use.Key!.Value.Name);
                if (TypeLeases.IsCertain(use, code) || EndpointHandlers.IsComponent(type))
                    end.ReportDiagnostic(diagnostic);
                else
                    injected.Add(type, diagnostic);
            }
        });
    }

    private static void Analyze(OperationBlockAnalysisContext context, LeaseSymbols symbols, TypeLeases members)
    {
        foreach (var block in context.OperationBlocks.Where(static block => block.SemanticModel is not null))
        {
            foreach (var (graph, owner) in FlowGraphs.All(context.GetControlFlowGraph(block), context.OwningSymbol))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var flow = LeaseFlow.Analyze(graph, symbols, block.SemanticModel!);
                members.Add(flow, context.OwningSymbol, owner);
                foreach (var (second, first) in flow.Successive)
                    context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.SuccessiveAcquisition, second.Operation.Syntax.GetLocation(), NameOf(second), first.Name));
            }
        }
    }

    private static string NameOf(LeaseStep step) => step.Key?.Name ?? ((IInvocationOperation)step.Operation).TargetMethod.Name;
}
