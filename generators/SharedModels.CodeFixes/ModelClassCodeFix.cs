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
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { TypeParameterList: null } type
            || model.GetDeclaredSymbol(type) is not { } symbol)
            return null;
        foreach (var modifier in type.Modifiers)
        {
            switch (modifier.Kind())
            {
                // The members of a static class stay static.
                case SyntaxKind.AbstractKeyword when !HasAbstractMembers(symbol):
                case SyntaxKind.StaticKeyword
                    when !symbol.GetMembers().Any(static member => member is IMethodSymbol { IsExtensionMethod: true }):
                    return ($"Remove '{modifier.ValueText}'", () => root.ReplaceNode(type, Without(type, modifier)));
                case SyntaxKind.PrivateKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.FileKeyword
                    when type.Modifiers.Count(IsAccessibility) == 1:
                    return ("Make it internal", () => root.ReplaceToken(
                        modifier, SyntaxFactory.Token(SyntaxKind.InternalKeyword).WithTriviaFrom(modifier)));
            }
        }

        return null;
    }

    /// <summary>Indicates whether the class or one of its bases has an abstract member that none of them implements.</summary>
    private static bool HasAbstractMembers(INamedTypeSymbol type)
    {
        var members = new List<ISymbol>();
        for (var part = type; part is not null; part = part.BaseType)
            members.AddRange(part.GetMembers());
        return members.Exists(member => member.IsAbstract
            && !members.Exists(other => SymbolEqualityComparer.Default.Equals(OverriddenBy(other), member)));
    }

    private static ISymbol? OverriddenBy(ISymbol member) => member switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        IEventSymbol @event => @event.OverriddenEvent,
        _ => null,
    };

    private static bool IsAccessibility(SyntaxToken modifier) =>
        modifier.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword
            or SyntaxKind.PrivateKeyword or SyntaxKind.FileKeyword;

    private static TypeDeclarationSyntax Without(TypeDeclarationSyntax type, SyntaxToken modifier) =>
        type.WithModifiers(type.Modifiers.Remove(modifier)).WithLeadingTrivia(type.GetLeadingTrivia());
}
