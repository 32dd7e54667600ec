using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>
/// Awaits an asynchronous method of the model with <c>lease.Model</c> instead of <c>InvokeAsync</c>. The fix is offered for an awaited
/// <c>InvokeAsync</c> whose lambda consists of one expression.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AsynchronousUseCodeFix : LeaseCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.AsynchronousUse.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (node.FirstAncestorOrSelf<LambdaExpressionSyntax>() is not { ExpressionBody: { } body } lambda
            || ParameterOf(lambda) is not { } parameter
            || lambda.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not
            {
                Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } member,
            } call
            || AwaitOf(call) is not { } awaiting
            || model.GetTypeInfo(body).Type?.Name is "IAsyncEnumerable" or "IAsyncEnumerator")
            return null;
        var symbol = model.GetDeclaredSymbol(parameter);
        var awaited = body is AwaitExpressionSyntax inner ? inner.Expression : body;
        if (awaited.DescendantNodes().OfType<AwaitExpressionSyntax>().Any())
            return null;
        var uses = awaited.DescendantNodesAndSelf()
            .OfType<IdentifierNameSyntax>()
            .Where(name => SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, symbol))
            .ToList();
        return ($"Await it with {member.Expression}.Model", () =>
        {
            var leased = SyntaxFactory.MemberAccessExpression(
                SyntaxKind.SimpleMemberAccessExpression, member.Expression.WithoutTrivia(), SyntaxFactory.IdentifierName("Model"));
            var changed = awaited.ReplaceNodes(uses, (use, _) => leased.WithTriviaFrom(use));
            return root.ReplaceNode(awaiting, changed.Awaited().WithTriviaFrom(awaiting));
        });
    }

    private static ParameterSyntax? ParameterOf(LambdaExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter,
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: { Count: 1 } parameters } => parameters[0],
        _ => null,
    };

    /// <summary>
    /// Returns the outermost <c>await</c> of a call. <c>await await</c> also awaits the task that the code returned.
    /// </summary>
    private static AwaitExpressionSyntax? AwaitOf(ExpressionSyntax call)
    {
        AwaitExpressionSyntax? found = null;
        for (ExpressionSyntax current = call; ;)
        {
            switch (current.Parent)
            {
                case AwaitExpressionSyntax outer:
                    found = outer;
                    current = outer;
                    break;
                case ParenthesizedExpressionSyntax parenthesized when found is not null && parenthesized.Parent is AwaitExpressionSyntax:
                    current = parenthesized;
                    break;
                default:
                    return found;
            }
        }
    }
}
