using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Analyzers.Models;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>Replaces an unknown id with the most similar known id.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ModelIdCodeFix : LeaseCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.UnknownModelId.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (!diagnostic.Properties.TryGetValue(ModelIdAnalyzer.NearestId, out var nearest) || nearest is null)
            return null;
        var literal = node.DescendantNodesAndSelf(static part => part is not BinaryExpressionSyntax)
            .OfType<LiteralExpressionSyntax>()
            .FirstOrDefault(static literal => literal.IsKind(SyntaxKind.StringLiteralExpression));
        return literal is null
            ? null
            : ($"Use '{nearest}'", () => root.ReplaceNode(literal, SyntaxExtensions.Literal(nearest).WithTriviaFrom(literal)));
    }
}
