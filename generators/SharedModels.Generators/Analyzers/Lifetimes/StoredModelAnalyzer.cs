using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Lifetimes;

/// <summary>Reports models that are stored in a field or a property.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StoredModelAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.StoredModel];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        context.RegisterOperationAction(
            operation =>
            {
                var assignment = (IAssignmentOperation)operation.Operation;
                if (StoreOf(assignment.Target) is { } store)
                    Check(operation, symbols, assignment.Value, store);
            },
            OperationKind.SimpleAssignment,
            OperationKind.CoalesceAssignment);
        context.RegisterOperationAction(
            operation => Check(
                operation,
                symbols,
                ((IFieldInitializerOperation)operation.Operation).Value,
                ((IFieldInitializerOperation)operation.Operation).InitializedFields.FirstOrDefault()),
            OperationKind.FieldInitializer);
        context.RegisterOperationAction(
            operation => Check(
                operation,
                symbols,
                ((IPropertyInitializerOperation)operation.Operation).Value,
                ((IPropertyInitializerOperation)operation.Operation).InitializedProperties.FirstOrDefault()),
            OperationKind.PropertyInitializer);
    }

    /// <summary>
    /// Returns the field or property. Object initializers are excluded, because the code that creates the object controls its lifetime.
    /// </summary>
    private static ISymbol? StoreOf(IOperation target) =>
        target is IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member
            && member.Instance is not IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver }
            ? member.Member
            : null;

    private static void Check(OperationAnalysisContext context, LeaseSymbols symbols, IOperation value, ISymbol? store)
    {
        if (store is not null && value.IsModelOfLease(symbols))
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.StoredModel, value.Syntax.GetLocation(), store.Name));
    }
}
