using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Batches;

/// <summary>Reports batches of one input, which run on a lease while other inputs wait. Tests may have good reasons.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SingleInputAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.SingleInputBatch];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        if (symbols.IsTest)
            return;
        context.RegisterOperationAction(
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (call.Instance is { } model
                    && symbols.IsInvokeBatch(call.TargetMethod)
                    && IsSingle(call.Arguments.First(static argument => argument.Parameter?.Ordinal == 0).Value)
                    && (model.IsModelOfLease(symbols) || IsUsedOnlyHere(model, symbols))
                    && !(model.Unwrap().Type is { } type && symbols.MayLimitBatchesToOne(type)))
                    operation.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.SingleInputBatch, call.Syntax.GetLocation()));
            },
            OperationKind.Invocation);
    }

    private static bool IsSingle(IOperation inputs) => inputs.Unwrap() switch
    {
        ICollectionExpressionOperation { Elements: { Length: 1 } elements } => elements[0] is not ISpreadOperation,
        IArrayCreationOperation { Initializer.ElementValues.Length: 1 } => true,
        IObjectCreationOperation { Arguments.Length: 0, Initializer.Initializers: { Length: 1 } added } =>
            added[0] is IInvocationOperation { TargetMethod.Name: "Add" },
        _ => false,
    };

    /// <summary>
    /// Indicates whether the model is the parameter of a lambda for <c>InvokeAsync</c> that does nothing else with it. <c>RunAsync</c>
    /// cannot replace a lambda that does more.
    /// </summary>
    private static bool IsUsedOnlyHere(IOperation model, LeaseSymbols symbols)
    {
        if (model.Unwrap() is not IParameterReferenceOperation { Parameter: { } parameter })
            return false;
        IOperation? lambda = model;
        while (lambda is not null
            && !(lambda is IAnonymousFunctionOperation function && LeaseSymbols.Same(function.Symbol, parameter.ContainingSymbol)))
            lambda = lambda.Parent;
        return lambda is { Parent: IDelegateCreationOperation creation }
            && creation.Consumer() is IArgumentOperation { Parent: IInvocationOperation call }
            && symbols.IsInvoke(call.TargetMethod)
            && lambda.Descendants().OfType<IParameterReferenceOperation>().Count(
                reference => LeaseSymbols.Same(reference.Parameter, parameter)) == 1;
    }
}
