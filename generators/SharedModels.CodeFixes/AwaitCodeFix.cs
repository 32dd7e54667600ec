using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>Awaits a task that the code blocks on or drops.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AwaitCodeFix : LeaseCodeFix
{
    private const string Title = "Await the task";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        [DiagnosticDescriptors.BlockingAcquisition.Id, DiagnosticDescriptors.UnawaitedAcquisition.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (node is not ExpressionSyntax expression || !node.AllowsAwait())
            return null;
        return diagnostic.Id == DiagnosticDescriptors.BlockingAcquisition.Id
            ? FindBlocked(root, expression)
            : FindDropped(root, expression);
    }

    private static (string, Func<SyntaxNode>)? FindBlocked(SyntaxNode root, ExpressionSyntax blocker)
    {
        // A wait with a timeout has another meaning.
        if (blocker is InvocationExpressionSyntax { ArgumentList.Arguments.Count: > 0 }
            || TaskOf(blocker) is not { } task
            || task.ContinuesAccess())
            return null;
        return (Title, () => root.ReplaceNode(blocker, task.AwaitedAt(blocker)));
    }

    /// <summary>
    /// Returns the call under <c>.Wait()</c>, <c>.Result</c>, <c>.GetAwaiter().GetResult()</c> and <c>.AsTask()</c>. Variables are not
    /// followed because they may be used twice.
    /// </summary>
    private static InvocationExpressionSyntax? TaskOf(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax
        {
            Name.Identifier.ValueText: "Wait" or "GetResult" or "GetAwaiter" or "AsTask",
        } member } => TaskOf(member.Expression),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } member => TaskOf(member.Expression),
        ParenthesizedExpressionSyntax parenthesized => TaskOf(parenthesized.Expression),
        InvocationExpressionSyntax call => call,
        _ => null,
    };

    private static (string, Func<SyntaxNode>)? FindDropped(SyntaxNode root, ExpressionSyntax call)
    {
        var task = call;
        while (task.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax outer } member && member.Expression == task)
            task = outer;
        switch (task.Parent)
        {
            case ExpressionStatementSyntax:
                return (Title, () => root.ReplaceNode(task, task.Awaited().WithTriviaFrom(task)));
            case AssignmentExpressionSyntax assignment:
                return (Title, () => root.ReplaceNode(assignment, task.Awaited().WithTriviaFrom(assignment)));
            case EqualsValueClauseSyntax
            {
                Parent.Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declaration,
            }:
                return (Title, () => root.ReplaceNode(
                    declaration, SyntaxFactory.ExpressionStatement(task.Awaited()).WithTriviaFrom(declaration)));
            default:
                return null;
        }
    }
}
