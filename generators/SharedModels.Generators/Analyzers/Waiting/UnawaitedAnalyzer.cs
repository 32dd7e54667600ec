using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Waiting;

/// <summary>Reports acquisitions that are not awaited.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnawaitedAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.UnawaitedAcquisition];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols) => context.RegisterOperationAction(
        operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            if (!symbols.IsWait(call.TargetMethod) || !IsDropped(call, symbols))
                return;
            operation.ReportDiagnostic(
                Diagnostic.Create(DiagnosticDescriptors.UnawaitedAcquisition, call.Syntax.GetLocation(), call.TargetMethod.Name));
        },
        OperationKind.Invocation);

    /// <summary>
    /// Indicates whether the task is dropped. A preload may be discarded on purpose with <c>_ =</c>, but an acquisition never is. An input
    /// may be run only to warm up its model, but code that names the output needs it.
    /// </summary>
    private static bool IsDropped(IInvocationOperation call, LeaseSymbols symbols) => call.Consumer(throughTask: true) switch
    {
        IExpressionStatementOperation => true,
        ISimpleAssignmentOperation { Target: IDiscardOperation } => IsAcquisition(call.TargetMethod, symbols),
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } =>
            (IsAcquisition(call.TargetMethod, symbols) || symbols.IsRun(call.TargetMethod))
                && !declarator.Root().ReferencesTo(declarator.Symbol).Any(),
        _ => false,
    };

    private static bool IsAcquisition(IMethodSymbol method, LeaseSymbols symbols) =>
        symbols.IsAcquire(method) || symbols.IsFetch(method) || symbols.IsAcquireAll(method);
}
