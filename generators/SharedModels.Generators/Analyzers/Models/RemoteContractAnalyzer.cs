using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>Reports the interfaces with <c>[RemoteModel]</c> for which no proxy is generated.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RemoteContractAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [DiagnosticDescriptors.UnusableContract, DiagnosticDescriptors.UnusableContractMember];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols) => context.RegisterSymbolAction(
        static symbol =>
        {
            var type = (INamedTypeSymbol)symbol.Symbol;
            if (type.TypeKind != TypeKind.Interface || !type.Has(KnownNames.RemoteModelAttribute))
                return;
            foreach (var diagnostic in ContractParser.Parse(type).Diagnostics)
                symbol.ReportDiagnostic(diagnostic.ToDiagnostic(type.DeclaringSyntaxReferences.Select(static part => part.SyntaxTree)));
        },
        SymbolKind.NamedType);
}
