using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>Removes the disposal of a model, which the manager disposes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class KeepModelCodeFix : LeaseCodeFix
{
    private const string Title = "Let the manager dispose the model";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.DisposedModel.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model) =>
        node.FirstAncestorOrSelf<StatementSyntax>() switch
        {
            LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } declaration =>
                (Title, () => root.ReplaceNode(declaration, declaration
                    .WithAwaitKeyword(default)
                    .WithUsingKeyword(default)
                    .WithLeadingTrivia(declaration.GetLeadingTrivia()))),
            ExpressionStatementSyntax { Parent: BlockSyntax } statement =>
                (Title, () => root.RemoveNode(statement, SyntaxRemoveOptions.KeepExteriorTrivia)!),
            _ => null,
        };
}
