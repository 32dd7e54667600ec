using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Analyzers;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>Acquires two leases together if both acquisitions are statements of one block and a manager is accessible.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AcquireAllCodeFix : LeaseCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.SuccessiveAcquisition.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (LeaseSymbols.Find(model.Compilation) is not { } symbols
            || node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax block } second
            || LeaseAcquisition.Of(second) is not { } last)
            return null;
        var first = block.Statements.TakeWhile(statement => statement != second).LastOrDefault(
            statement => LeaseAcquisition.Of(statement) is { } earlier && earlier.Arguments.ToString() == last.Arguments.ToString());
        if (first is null || LeaseAcquisition.Of(first) is not { } start || start.Lease.ToString() == last.Lease.ToString())
            return null;
        if (!IsKnownAt(last.Lease, first.SpanStart, model) || ManagerAt(first.SpanStart, model, symbols) is not { } manager)
            return null;
        return ("Acquire both leases together", () =>
        {
            var all = SyntaxFactory.ParseExpression(
                $"{manager}.AcquireAllAsync([{start.Lease}, {last.Lease}]"
                + $"{string.Concat(start.Arguments.Arguments.Select(static argument => ", " + argument))})");
            var changed = block.TrackNodes(start.Call, second);
            changed = changed.ReplaceNode(changed.GetCurrentNode(start.Call)!, all.WithTriviaFrom(start.Call));
            var hasComment = second
                .GetLeadingTrivia()
                .Any(static trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia));
            return root.ReplaceNode(block, changed.RemoveNode(
                changed.GetCurrentNode(second)!, hasComment ? SyntaxRemoveOptions.KeepLeadingTrivia : SyntaxRemoveOptions.KeepNoTrivia)!);
        });
    }

    private static bool IsKnownAt(ExpressionSyntax lease, int position, SemanticModel model) =>
        lease.DescendantNodesAndSelf()
            .OfType<IdentifierNameSyntax>()
            .All(name => model.GetSymbolInfo(name).Symbol is not ILocalSymbol local || local.Locations[0].SourceSpan.End <= position);

    private static string? ManagerAt(int position, SemanticModel model, LeaseSymbols symbols)
    {
        var code = model.GetEnclosingSymbol(position);
        var isStatic = code?.IsStatic == true;
        return model.LookupSymbols(position).FirstOrDefault(symbol => symbol switch
        {
            ILocalSymbol or IParameterSymbol
                when isStatic && !SymbolEqualityComparer.Default.Equals(symbol.ContainingSymbol, code) => false,
            ILocalSymbol local => symbols.IsManager(local.Type) && local.Locations[0].SourceSpan.End <= position,
            IParameterSymbol parameter => symbols.IsManager(parameter.Type),
            IFieldSymbol field => symbols.IsManager(field.Type) && (field.IsStatic || !isStatic),
            IPropertySymbol property => symbols.IsManager(property.Type) && (property.IsStatic || !isStatic),
            _ => false,
        }) is { } manager ? SyntaxExtensions.Escaped(manager.Name) : null;
    }
}
