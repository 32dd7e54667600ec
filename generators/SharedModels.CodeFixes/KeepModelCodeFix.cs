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
            LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0, Declaration.Variables.Count: 1 } declaration
                when declaration.Declaration.Variables[0] == node =>
                (Title, () => root.ReplaceNode(declaration, declaration
                    .WithAwaitKeyword(default)
                    .WithUsingKeyword(default)
                    .WithLeadingTrivia(declaration.GetLeadingTrivia()))),
            ExpressionStatementSyntax { Parent: BlockSyntax } statement when IsOnly(statement.Expression, node) =>
                (Title, () => root.RemoveNode(statement, SyntaxRemoveOptions.KeepExteriorTrivia)!),
            _ => null,
        };

    /// <summary>Indicates whether an expression does nothing but call the method.</summary>
    private static bool IsOnly(ExpressionSyntax expression, SyntaxNode call) =>
        expression.WithoutAwait() is var inner
        && (inner == call || (inner is ConditionalAccessExpressionSyntax access && IsOnly(access.WhenNotNull, call)));
}
