using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.CodeFixes;

/// <summary>A statement that consists only of <c>await lease.AcquireAsync(…)</c>.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Call">The call to <c>AcquireAsync</c>.</param>
internal readonly record struct LeaseAcquisition(ExpressionSyntax Lease, InvocationExpressionSyntax Call)
{
    public ArgumentListSyntax Arguments => Call.ArgumentList;

    public static LeaseAcquisition? Of(StatementSyntax statement)
    {
        if (statement is not ExpressionStatementSyntax
        {
            Expression: AwaitExpressionSyntax { Expression: InvocationExpressionSyntax call },
        })
            return null;
        if (call.MethodName() == "ConfigureAwait"
            && call.Expression is MemberAccessExpressionSyntax { Expression: InvocationExpressionSyntax inner })
            call = inner;
        return call.MethodName() == "AcquireAsync"
            && call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } member
            ? new(member.Expression, call)
            : null;
    }
}
