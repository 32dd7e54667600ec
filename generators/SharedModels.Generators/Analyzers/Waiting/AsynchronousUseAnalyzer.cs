using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Waiting;

/// <summary>Reports code for <c>InvokeAsync</c> that has not finished when it returns.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AsynchronousUseAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.AsynchronousUse];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols) => context.RegisterOperationAction(
        operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            if (!symbols.IsInvoke(call.TargetMethod)
                || call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Name == "use")?.Value.Unwrap() is not { } use
                || ContinuationOf(call, use) is not { } continuation)
                return;
            operation.ReportDiagnostic(
                Diagnostic.Create(DiagnosticDescriptors.AsynchronousUse, use.Syntax.GetLocation(), continuation, LeaseOf(call)));
        },
        OperationKind.Invocation);

    private static string LeaseOf(IInvocationOperation call) => call.Instance?.Unwrap() switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation => call.Instance.Text(),
        _ => "lease",
    };

    /// <summary>Returns what continues after the code has returned, or <see langword="null"/> if nothing is known to continue.</summary>
    private static string? ContinuationOf(IInvocationOperation call, IOperation use)
    {
        if (call.TargetMethod.TypeArguments.FirstOrDefault() is { } result)
            return IsDeferred(result) ? $"returns a {result.Name}" : null;
        return (use as IDelegateCreationOperation)?.Target switch
        {
            IAnonymousFunctionOperation { Symbol.IsAsync: true } or IMethodReferenceOperation { Method.IsAsync: true } => "is 'async void'",
            IAnonymousFunctionOperation closure when Dropped(closure) is { } dropped =>
                $"does not wait for '{dropped.TargetMethod.Name}'",
            _ => null,
        };
    }

    /// <summary>Returns a call to the model whose task the code drops.</summary>
    private static IInvocationOperation? Dropped(IAnonymousFunctionOperation closure) => closure.Body.Descendants()
        .OfType<IInvocationOperation>()
        .FirstOrDefault(call => IsDeferred(call.Type)
            && call.Instance?.Unwrap() is IParameterReferenceOperation { Parameter: { } parameter }
            && LeaseSymbols.Same(parameter.ContainingSymbol, closure.Symbol)
            && call.Consumer(throughTask: true) is IExpressionStatementOperation or ISimpleAssignmentOperation
            {
                Target: IDiscardOperation,
            });

    /// <summary>Indicates whether a type is a task or an asynchronous stream, which <c>InvokeAsync</c> rejects at run time.</summary>
    private static bool IsDeferred(ITypeSymbol? type)
    {
        for (var part = type; part is not null; part = part.BaseType)
        {
            if (part is
                {
                    Name: "Task" or "ValueTask",
                    ContainingNamespace: { Name: "Tasks", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } },
                }
                or
                {
                    Name: "IAsyncEnumerable" or "IAsyncEnumerator",
                    ContainingNamespace: { Name: "Generic", ContainingNamespace.Name: "Collections" },
                })
                return true;
        }

        return false;
    }
}
