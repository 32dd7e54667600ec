using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>
/// Adds the cancellation token to the parameters of asynchronous code, so that <c>InvokeAsync</c> awaits it. The fix is offered for an
/// awaited <c>InvokeAsync</c> with a lambda that returns a task.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AsynchronousUseCodeFix : LeaseCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.AsynchronousUse.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (((node as ArgumentSyntax)?.Expression ?? node) is not LambdaExpressionSyntax lambda
            || lambda.Parent?.Parent?.Parent is not InvocationExpressionSyntax call
            || AwaitOf(call) is not { } awaiting
            || model.GetSymbolInfo(call).Symbol is not IMethodSymbol { TypeArguments: var arguments }
            || arguments.FirstOrDefault() is not { Name: "Task" or "ValueTask" } result)
            return null;
        return ("Add the cancellation token, so that the code is awaited", () =>
        {
            var changed = WithToken(lambda, TokenOf(call, lambda));
            if (changed.ExpressionBody is { } body && result.Name == "ValueTask")
                changed = changed
                    .WithAsyncKeyword(SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space))
                    .WithExpressionBody(body.Awaited());
            var invoke = call.ReplaceNode(lambda, changed.WithTriviaFrom(lambda));
            return root.ReplaceNode(awaiting, invoke.Awaited().WithTriviaFrom(awaiting));
        });
    }

    private static ParenthesizedLambdaExpressionSyntax WithToken(LambdaExpressionSyntax lambda, string token)
    {
        var parameter = lambda is SimpleLambdaExpressionSyntax simple
            ? simple.Parameter
            : ((ParenthesizedLambdaExpressionSyntax)lambda).ParameterList.Parameters[0];
        var added = SyntaxFactory.Parameter(SyntaxFactory.Identifier(token == parameter.Identifier.Text ? "_" : token));
        if (parameter.Type is not null)
            added = added.WithType(SyntaxFactory.ParseTypeName("System.Threading.CancellationToken")
                .WithAdditionalAnnotations(Simplifier.Annotation)
                .WithTrailingTrivia(SyntaxFactory.Space));
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        return SyntaxFactory.ParenthesizedLambdaExpression(
            lambda.AttributeLists,
            lambda.Modifiers,
            returnType: null,
            SyntaxFactory.ParameterList(SyntaxFactory.SeparatedList([parameter.WithoutTrivia(), added], [comma]))
                .WithTrailingTrivia(SyntaxFactory.Space),
            lambda.ArrowToken,
            lambda.Block,
            lambda.ExpressionBody);
    }

    /// <summary>
    /// Returns the name of the variable that the call gets as its token, so that the code uses its own token instead, or a discard. A lone
    /// parameter with the name of a discard would capture the discards of the code.
    /// </summary>
    private static string TokenOf(InvocationExpressionSyntax call, LambdaExpressionSyntax lambda)
    {
        var token = call.ArgumentList.Arguments
            .Select(static argument => argument.Expression)
            .OfType<IdentifierNameSyntax>()
            .FirstOrDefault();
        return token?.Identifier.Text
            ?? (lambda.Body.DescendantTokens().Any(static name => name.ValueText == "_") ? "cancellationToken" : "_");
    }

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
