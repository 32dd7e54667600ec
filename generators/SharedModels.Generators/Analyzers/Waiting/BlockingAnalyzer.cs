using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Waiting;

/// <summary>Reports code that blocks a thread until a model is available.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.BlockingAcquisition];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        context.RegisterOperationAction(
            operation =>
            {
                var property = (IPropertyReferenceOperation)operation.Operation;
                if (property is { Property.Name: "Result", Instance: { } task } && IsTask(property.Property.ContainingType))
                    Check(operation, symbols, task, ".Result");
            },
            OperationKind.PropertyReference);
        context.RegisterOperationAction(
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                var method = call.TargetMethod;
                if (method.Name == "Wait" && call.Instance is { } task && IsTask(method.ContainingType))
                    Check(operation, symbols, task, ".Wait()");
                else if (method.Name == "GetResult"
                    && call.Instance?.Unwrap() is IInvocationOperation { TargetMethod.Name: "GetAwaiter", Instance: { } awaited })
                    Check(operation, symbols, awaited, ".GetAwaiter().GetResult()");
            },
            OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, LeaseSymbols symbols, IOperation task, string blocker)
    {
        var origin = task.Awaitable();
        if (origin is ILocalReferenceOperation local)
        {
            // A task that is awaited, tested or passed on elsewhere may have completed by this point.
            if (local.Origin()?.Awaitable() is not { } initial
                || local.Root().ReferencesTo(local.Local).Any(static reference => !IsBlocked(reference)))
                return;
            origin = initial;
        }

        if (origin is IInvocationOperation call && symbols.IsWait(call.TargetMethod))
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.BlockingAcquisition, context.Operation.Syntax.GetLocation(), blocker, call.TargetMethod.Name));
    }

    private static bool IsBlocked(IOperation reference) => reference.Consumer(throughTask: true) switch
    {
        IPropertyReferenceOperation property => property.Property.Name == "Result",
        IInvocationOperation call => call.TargetMethod.Name is "Wait" or "GetAwaiter",
        _ => false,
    };

    private static bool IsTask(INamedTypeSymbol type) =>
        type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };
}
