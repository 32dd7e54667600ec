using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Waiting;

/// <summary>Reports code for <c>InvokeAsync</c> that has not finished when the use of the model ends.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AsynchronousUseAnalyzer : LeaseAnalyzer
{
    private const string Invoke = ".InvokeAsync(async (model, cancellationToken) => ...)";
    private const string Stream = ".StreamAsync((model, cancellationToken) => ...)";

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
            operation.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.AsynchronousUse, use.Syntax.GetLocation(), continuation.Reason, LeaseOf(call) + continuation.Remedy));
        },
        OperationKind.Invocation);

    private static string LeaseOf(IInvocationOperation call) => call.Instance?.Unwrap() switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation => call.Instance.Text(),
        _ => "lease",
    };

    /// <summary>
    /// Returns what continues after the use, with what to write instead, or <see langword="null"/> if nothing is known to continue.
    /// </summary>
    private static (string Reason, string Remedy)? ContinuationOf(IInvocationOperation call, IOperation use)
    {
        if (call.TargetMethod.TypeArguments.FirstOrDefault() is { } result && IsDeferred(result))
            return ($"returns {(result.Name[0] == 'I' ? "an" : "a")} {result.Name}", result.Name[0] == 'I' ? Stream : Invoke);
        var target = (use as IDelegateCreationOperation)?.Target;
        if (!IsAwaited(call)
            && target is IAnonymousFunctionOperation { Symbol.IsAsync: true } or IMethodReferenceOperation { Method.IsAsync: true })
            return ("is 'async void'", Invoke);
        return target is IAnonymousFunctionOperation closure && Dropped(closure) is { } dropped
            ? ($"does not wait for '{dropped.TargetMethod.Name}'", Invoke)
            : null;
    }

    /// <summary>Indicates whether the use lasts until the task of the code has completed.</summary>
    private static bool IsAwaited(IInvocationOperation call) =>
        call.TargetMethod.Parameters[0].Type is INamedTypeSymbol { DelegateInvokeMethod: { ReturnsVoid: false, Parameters.Length: 2 } };

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

    /// <summary>Indicates whether a type is a task or an asynchronous stream.</summary>
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
