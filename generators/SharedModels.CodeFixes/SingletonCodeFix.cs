using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>
/// Injects the manager into a singleton and fetches the model where the lease was acquired. The fix is offered for a parameter of a
/// primary constructor if every use of it is an acquisition, or follows one in the same block.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SingletonCodeFix : LeaseCodeFix
{
    private const string Manager = "manager";
    private const string ManagerType = "ISharedModelManager";

    /// <inheritdoc/>
    /// <returns>None, because the fixes for several leases of a class share the parameter for the manager.</returns>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.LeaseInSingleton.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (node is not ParameterSyntax
        {
            AttributeLists.Count: 0,
            Type: GenericNameSyntax { TypeArgumentList.Arguments: { Count: 1 } types },
            Parent: ParameterListSyntax { Parent: TypeDeclarationSyntax owner } parameters,
        } parameter
            || model.GetDeclaredSymbol(parameter) is not { } symbol)
            return null;
        var present = parameters.Parameters.FirstOrDefault(
            other => other.Type is { } type && model.GetTypeInfo(type).Type?.Name == ManagerType);
        if (present is null && model.LookupSymbols(owner.OpenBraceToken.Span.End, name: Manager).Length > 0)
            return null;
        var manager = present?.Identifier.Text ?? Manager;
        var uses = owner.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name =>
                name.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, symbol))
            .ToList();
        var acquisitions = uses.Select(static use => use.FirstAncestorOrSelf<StatementSyntax>())
            .OfType<StatementSyntax>()
            .Where(statement => IsAcquisition(statement, symbol, model))
            .ToList();
        var blocks = acquisitions.Select(static statement => statement.Parent!).ToList();
        if (acquisitions.Count == 0
            || blocks.Exists(block => blocks.Exists(other => block != other && other.Contains(block)))
            || blocks.Distinct().Count() < blocks.Count)
            return null;
        if (!uses.TrueForAll(use => acquisitions.Exists(
            statement => statement.Contains(use) || (statement.Span.End <= use.SpanStart && statement.Parent!.Contains(use)))))
            return null;
        SyntaxNode[] changed = [parameters, .. acquisitions];
        return ("Inject the manager and fetch the model where it is used", () => root.ReplaceNodes(
            changed,
            (original, _) => original is ExpressionStatementSyntax acquisition
                ? Fetch(acquisition, parameter.Identifier.Text, types[0], manager)
                : (SyntaxNode)parameters.WithParameters(present is null
                    ? parameters.Parameters.Replace(parameter, TakeManager(parameter))
                    : parameters.Parameters.Remove(parameter))));
    }

    private static bool IsAcquisition(StatementSyntax statement, IParameterSymbol lease, SemanticModel model) =>
        statement.Parent is BlockSyntax
            && LeaseAcquisition.Of(statement) is { Lease: IdentifierNameSyntax name } acquisition
            && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, lease)
            && acquisition.Arguments.Arguments.All(
                argument => model.GetTypeInfo(argument.Expression).ConvertedType?.Name == nameof(CancellationToken));

    private static ParameterSyntax TakeManager(ParameterSyntax parameter) => parameter
        .WithType(SyntaxFactory.IdentifierName(ManagerType).WithTriviaFrom(parameter.Type!))
        .WithIdentifier(SyntaxFactory.Identifier(Manager).WithTriviaFrom(parameter.Identifier));

    private static StatementSyntax Fetch(ExpressionStatementSyntax acquisition, string lease, TypeSyntax model, string manager)
    {
        var call = LeaseAcquisition.Of(acquisition)!.Value.Call;
        var fetch = acquisition.Expression.ReplaceNode(
            call, SyntaxFactory.ParseExpression($"{manager}.FetchModelAsync<{model}>{call.ArgumentList}"));
        return SyntaxFactory.ParseStatement($"await using var {lease} = {fetch};").WithTriviaFrom(acquisition);
    }
}
