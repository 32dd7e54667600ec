using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators;
using SharedModels.Generators.Analyzers.Models;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>Changes an id or a value of an attribute to one that the manager accepts.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ModelAttributeCodeFix : LeaseCodeFix
{
    private const int MaxIdLength = 100;

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
    [
        DiagnosticDescriptors.InvalidId.Id,
        DiagnosticDescriptors.DuplicateId.Id,
        DiagnosticDescriptors.InvalidKeepAlive.Id,
        DiagnosticDescriptors.InvalidMaxLeases.Id,
        DiagnosticDescriptors.InvalidDevice.Id,
        DiagnosticDescriptors.InvalidMaxReplicas.Id,
        DiagnosticDescriptors.InvalidMaxBatchSize.Id,
        DiagnosticDescriptors.InvalidBatchFailure.Id,
        DiagnosticDescriptors.UnusedBatchSetting.Id,
    ];

    /// <summary>The arguments that are removed.</summary>
    private static readonly Dictionary<string, string[]> Wrong = new(StringComparer.Ordinal)
    {
        [DiagnosticDescriptors.InvalidKeepAlive.Id] = ["KeepAlive"],
        [DiagnosticDescriptors.InvalidDevice.Id] = ["Device"],
        [DiagnosticDescriptors.InvalidMaxReplicas.Id] = ["MaxReplicas"],
        [DiagnosticDescriptors.InvalidMaxBatchSize.Id] = [BatchParser.MaxBatchSize],
        [DiagnosticDescriptors.InvalidBatchFailure.Id] = [BatchParser.BatchFailure],
        [DiagnosticDescriptors.UnusedBatchSetting.Id] = [BatchParser.MaxBatchSize, BatchParser.BatchFailure],
    };

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (node.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute)
            return null;
        if (diagnostic.Id == DiagnosticDescriptors.InvalidId.Id)
            return NameOf(attribute, model) is { } name && Valid(name) is { Length: > 0 } id ? SetId(root, attribute, id) : null;
        if (diagnostic.Id == DiagnosticDescriptors.DuplicateId.Id)
            return diagnostic.Properties.TryGetValue(ModelClassAnalyzer.FreeId, out var free) && free is not null
                ? SetId(root, attribute, free)
                : null;
        if (diagnostic.Id == DiagnosticDescriptors.InvalidMaxLeases.Id)
            return NamedArgument(attribute, "MaxLeases") is { } leases ? ("Use 1", () => root.ReplaceNode(
                leases.Expression, SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1)))) : null;
        var wrong = Wrong[diagnostic.Id].Where(name => NamedArgument(attribute, name) is not null).ToList();
        return wrong.Count == 0 ? null : ($"Remove {string.Join(" and ", wrong)}", () => root.ReplaceNode(
            attribute, wrong.Aggregate(attribute, static (changed, name) => Without(changed, NamedArgument(changed, name)!))));
    }

    private static (string, Func<SyntaxNode>) SetId(SyntaxNode root, AttributeSyntax attribute, string id)
    {
        var argument = SyntaxFactory.AttributeArgument(SyntaxExtensions.Literal(id));
        return ($"Use '{id}'", () => root.ReplaceNode(attribute, IdOf(attribute) is { } given
            ? attribute.ReplaceNode(given, argument.WithTriviaFrom(given))
            : attribute.WithArgumentList(
                SyntaxFactory.AttributeArgumentList(SyntaxFactory.SeparatedList([argument, .. attribute.ArgumentList?.Arguments ?? []])))
                .NormalizeWhitespace()
                .WithTriviaFrom(attribute)));
    }

    private static AttributeArgumentSyntax? IdOf(AttributeSyntax attribute) =>
        attribute.ArgumentList?.Arguments.FirstOrDefault(static argument => argument.NameEquals is null);

    private static AttributeArgumentSyntax? NamedArgument(AttributeSyntax attribute, string name) =>
        attribute.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name);

    private static AttributeSyntax Without(AttributeSyntax attribute, AttributeArgumentSyntax argument)
    {
        var arguments = attribute.ArgumentList!.Arguments.Remove(argument);
        return attribute.WithArgumentList(arguments.Count == 0 ? null : attribute.ArgumentList.WithArguments(arguments));
    }

    /// <summary>Returns the id of the attribute, or the name of the class if there is none.</summary>
    private static string? NameOf(AttributeSyntax attribute, SemanticModel model) => IdOf(attribute) is { } given
        ? model.GetConstantValue(given.Expression).Value as string
        : attribute.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.ValueText;

    /// <summary>Replaces each character that is invalid in an id with a hyphen.</summary>
    private static string Valid(string name)
    {
        var id = new string([.. name.Select(
            static c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' or '-' ? c : '-')]).Trim('-');
        return id.Length <= MaxIdLength ? id : id.Substring(0, MaxIdLength);
    }
}
