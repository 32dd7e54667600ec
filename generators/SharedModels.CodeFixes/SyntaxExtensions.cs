using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.CodeFixes;

/// <summary>Syntax helpers for the fixes.</summary>
internal static class SyntaxExtensions
{
    /// <summary>Indicates whether <c>await</c> is allowed at this node.</summary>
    public static bool AllowsAwait(this SyntaxNode node)
    {
        foreach (var part in node.Ancestors())
        {
            switch (part)
            {
                case LockStatementSyntax or QueryExpressionSyntax or ConstructorDeclarationSyntax or AccessorDeclarationSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax lambda:
                    return lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax function:
                    return function.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method:
                    return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case GlobalStatementSyntax:
                    return true;
            }
        }

        return false;
    }

    public static ExpressionSyntax Awaited(this ExpressionSyntax expression) =>
        SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), expression.WithoutTrivia());

    /// <summary>Returns the awaited call that can replace an expression, in parentheses if a member of that expression is used.</summary>
    public static ExpressionSyntax AwaitedAt(this ExpressionSyntax call, ExpressionSyntax place)
    {
        var awaited = call.Awaited();
        if (place.Parent is MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax or ElementAccessExpressionSyntax
            or PostfixUnaryExpressionSyntax or InvocationExpressionSyntax)
            awaited = SyntaxFactory.ParenthesizedExpression(awaited);
        return awaited.WithTriviaFrom(place);
    }

    /// <summary>Indicates whether the expression continues a <c>?.</c>, so that it cannot be written without what precedes it.</summary>
    public static bool ContinuesAccess(this ExpressionSyntax expression) => expression switch
    {
        MemberBindingExpressionSyntax or ElementBindingExpressionSyntax => true,
        InvocationExpressionSyntax call => call.Expression.ContinuesAccess(),
        MemberAccessExpressionSyntax member => member.Expression.ContinuesAccess(),
        ElementAccessExpressionSyntax element => element.Expression.ContinuesAccess(),
        PostfixUnaryExpressionSyntax postfix => postfix.Operand.ContinuesAccess(),
        _ => false,
    };

    /// <summary>Returns the expression inside <c>await</c>, parentheses and <c>ConfigureAwait(…)</c>.</summary>
    public static ExpressionSyntax WithoutAwait(this ExpressionSyntax expression) => expression switch
    {
        AwaitExpressionSyntax awaiting => awaiting.Expression.WithoutAwait(),
        ParenthesizedExpressionSyntax parenthesized => parenthesized.Expression.WithoutAwait(),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } call when call.MethodName() == "ConfigureAwait" =>
            member.Expression.WithoutAwait(),
        _ => expression,
    };

    /// <summary>Returns the name as code, with <c>@</c> if it is a keyword.</summary>
    public static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>Returns the name of the called method.</summary>
    public static string? MethodName(this InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax member => member.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    public static LiteralExpressionSyntax Literal(string text) =>
        SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text));
}
