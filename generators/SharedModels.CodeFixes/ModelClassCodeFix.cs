using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>Removes or replaces the modifier that prevents a class from being a model.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ModelClassCodeFix : LeaseCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.UnusableClass.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type || type.TypeParameterList is not null)
            return null;
        foreach (var modifier in type.Modifiers)
        {
            switch (modifier.Kind())
            {
                // An abstract class with abstract members is not fixed. The members of a static class stay static.
                case SyntaxKind.AbstractKeyword when !type.Members.Any(static member => member.Modifiers.Any(SyntaxKind.AbstractKeyword)):
                case SyntaxKind.StaticKeyword:
                    return ($"Remove '{modifier.ValueText}'", () => root.ReplaceNode(type, Without(type, modifier)));
                case SyntaxKind.PrivateKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.FileKeyword
                    when type.Modifiers.Count(IsAccessibility) == 1:
                    return ("Make it internal", () => root.ReplaceToken(
                        modifier, SyntaxFactory.Token(SyntaxKind.InternalKeyword).WithTriviaFrom(modifier)));
            }
        }

        return null;
    }

    private static bool IsAccessibility(SyntaxToken modifier) =>
        modifier.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword
            or SyntaxKind.PrivateKeyword or SyntaxKind.FileKeyword;

    private static TypeDeclarationSyntax Without(TypeDeclarationSyntax type, SyntaxToken modifier) =>
        type.WithModifiers(type.Modifiers.Remove(modifier)).WithLeadingTrivia(type.GetLeadingTrivia());
}
