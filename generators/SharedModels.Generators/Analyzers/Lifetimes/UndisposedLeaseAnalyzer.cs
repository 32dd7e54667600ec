using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Lifetimes;

/// <summary>Reports fetched leases that no code can dispose.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UndisposedLeaseAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.UndisposedLease];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols) => context.RegisterOperationAction(
        operation =>
        {
            var awaiting = (IAwaitOperation)operation.Operation;
            if (awaiting.Awaitable() is IInvocationOperation call && symbols.IsFetch(call.TargetMethod) && IsLost(awaiting, symbols))
                operation.ReportDiagnostic(
                    Diagnostic.Create(DiagnosticDescriptors.UndisposedLease, call.Syntax.GetLocation(), call.TargetMethod.Name));
        },
        OperationKind.Await);

    private static bool IsLost(IAwaitOperation fetch, LeaseSymbols symbols)
    {
        switch (fetch.Consumer())
        {
            case IExpressionStatementOperation { IsImplicit: true }:
                // A lambda that only fetches is often expected to fail, for example in a test.
                return false;
            case IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }:
                return true;
            case IPropertyReferenceOperation property:
                return symbols.IsLease(property.Property.ContainingType);
            case IInvocationOperation call:
                return symbols.IsUse(call.TargetMethod) || symbols.IsRun(call.TargetMethod);
            case IArgumentOperation argument:
                return symbols.IsLeaseOfRun(argument);
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                return !declarator.IsUsing()
                    && declarator.Root().ReferencesTo(declarator.Symbol).All(reference => IsOnlyUsed(reference, symbols));
            default:
                return false;
        }
    }

    /// <summary>
    /// Indicates whether the reference only uses a member of the lease without disposing it. Any other reference may pass it to code that
    /// disposes it.
    /// </summary>
    private static bool IsOnlyUsed(ILocalReferenceOperation reference, LeaseSymbols symbols)
    {
        if (reference.Consumer() is IArgumentOperation argument && symbols.IsLeaseOfRun(argument))
            return true;
        if (!reference.IsReceiver())
            return false;
        return reference.Parent switch
        {
            IInvocationOperation call => call.TargetMethod.Name is not ("Dispose" or "DisposeAsync"),
            IPropertyReferenceOperation property => symbols.IsLease(property.Property.ContainingType),
            IConditionalAccessOperation access =>
                access.WhenNotNull.Unwrap() is not IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync" },
            IConversionOperation { Parent: IInvocationOperation call } => call.TargetMethod.Name is not ("Dispose" or "DisposeAsync"),
            _ => true,
        };
    }
}
