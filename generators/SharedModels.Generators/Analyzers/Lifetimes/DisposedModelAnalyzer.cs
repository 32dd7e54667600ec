using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Lifetimes;

/// <summary>Reports code that disposes a leased model.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DisposedModelAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.DisposedModel];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        context.RegisterOperationAction(
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (call is { TargetMethod: { Name: "Dispose" or "DisposeAsync", Parameters.Length: 0 }, Instance: { } instance }
                    && instance.IsModelOfLease(symbols))
                    Report(operation, call.Syntax);
            },
            OperationKind.Invocation);
        context.RegisterOperationAction(
            operation =>
            {
                var resources = ((IUsingOperation)operation.Operation).Resources;
                if (resources is IVariableDeclarationGroupOperation group)
                    CheckDeclared(operation, symbols, group);
                else if (resources.IsModelOfLease(symbols))
                    Report(operation, resources.Syntax);
            },
            OperationKind.Using);
        context.RegisterOperationAction(
            operation => CheckDeclared(operation, symbols, ((IUsingDeclarationOperation)operation.Operation).DeclarationGroup),
            OperationKind.UsingDeclaration);
    }

    private static void CheckDeclared(OperationAnalysisContext context, LeaseSymbols symbols, IVariableDeclarationGroupOperation group)
    {
        foreach (var declarator in group.Declarations.SelectMany(static declaration => declaration.Declarators))
        {
            if (declarator.Initializer is { } initializer && initializer.Value.IsModelOfLease(symbols))
                Report(context, declarator.Syntax);
        }
    }

    private static void Report(OperationAnalysisContext context, SyntaxNode syntax) =>
        context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.DisposedModel, syntax.GetLocation()));
}
