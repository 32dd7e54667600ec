using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>Reports models that an application constructs itself. Tests and libraries may have good reasons to do so.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConstructedModelAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.ConstructedModel];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        if (!symbols.IsApplication || symbols.IsTest)
            return;
        context.RegisterOperationAction(
            operation =>
            {
                var creation = (IObjectCreationOperation)operation.Operation;
                if (symbols.IsModel(creation.Type)
                    && !IsInside(creation.Type!, operation.ContainingSymbol)
                    && !IsHandedOn(creation, symbols))
                    operation.ReportDiagnostic(
                        Diagnostic.Create(DiagnosticDescriptors.ConstructedModel, creation.Syntax.GetLocation(), creation.Type!.Name));
            },
            OperationKind.ObjectCreation);
    }

    private static bool IsInside(ITypeSymbol model, ISymbol member)
    {
        for (var type = member.ContainingType; type is not null; type = type.ContainingType)
        {
            if (LeaseSymbols.Same(type, model))
                return true;
        }

        return false;
    }

    /// <summary>Indicates whether the model is passed to the manager or returned by a factory.</summary>
    private static bool IsHandedOn(IOperation creation, LeaseSymbols symbols) => creation.Consumer(throughAwait: true) switch
    {
        IReturnOperation => true,
        IArgumentOperation argument => IsAdd(argument, symbols),
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } =>
            declarator.Root().ReferencesTo(declarator.Symbol)
                .Any(reference => reference.Consumer() is IReturnOperation || (reference.Consumer() is IArgumentOperation argument && IsAdd(
                    argument, symbols))),
        _ => false,
    };

    private static bool IsAdd(IArgumentOperation argument, LeaseSymbols symbols) =>
        argument.Parent is IInvocationOperation call && symbols.IsAdd(call.TargetMethod);
}
