using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators;
using SharedModels.Generators.Analyzers;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>
/// Calls <c>RunAsync</c> instead of <c>InvokeBatch</c> with one input. The fix is offered if the output is read with <c>[0]</c> and nothing
/// else is done with it on the device's worker.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SingleInputCodeFix : LeaseCodeFix
{
    private const string Title = "Run the input with RunAsync";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.SingleInputBatch.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (node is not InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax { Expression: { } receiver },
            ArgumentList.Arguments: { Count: 2 } arguments,
            Parent: ElementAccessExpressionSyntax output,
        } batch
            || !IsFirst(output)
            || arguments.Any(static argument => argument.NameColon is not null)
            || InputOf(arguments[0].Expression) is not { } input
            || model.GetSymbolInfo(batch).Symbol is not IMethodSymbol method)
            return null;
        var token = arguments[1].Expression;
        if (receiver is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Model", Expression: { } lease })
            return output.AllowsAwait() ? (Title, () => root.ReplaceNode(output, Run(lease).AwaitedAt(output))) : null;
        if (output.Parent is not LambdaExpressionSyntax
        {
            AsyncKeyword.RawKind: 0,
            Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax invoke },
        }
            || invoke.Expression is not MemberAccessExpressionSyntax { Name: IdentifierNameSyntax } member
            || invoke.ArgumentList.Arguments[0].Expression != output.Parent)
            return null;
        if (invoke.ArgumentList.Arguments is { Count: 2 } outer)
            token = outer[1].Expression;
        return (Title, () => root.ReplaceNode(invoke, Run(member.Expression).WithTriviaFrom(invoke)));

        ExpressionSyntax Run(ExpressionSyntax leased)
        {
            var types = (Input: TypeOf(method.Parameters[0].Type), Output: TypeOf(method.ReturnType));
            var isGenerated = IsGenerated(leased, types.Input, model);
            var typeArguments = isGenerated ? "" : $"<{NameOf(types.Input)}, {NameOf(types.Output)}>";
            var last = token.IsKind(SyntaxKind.DefaultLiteralExpression) ? "" : $", {(isGenerated ? "" : "cancellationToken: ")}{token}";
            return SyntaxFactory.ParseExpression($"{leased.WithoutTrivia()}.RunAsync{typeArguments}({input}{last})");
        }

        string NameOf(ITypeSymbol type) => type.ToMinimalDisplayString(model, batch.SpanStart);
    }

    /// <summary>Returns the type of the items of a list.</summary>
    private static ITypeSymbol TypeOf(ITypeSymbol list) => ((INamedTypeSymbol)list).TypeArguments[0];

    /// <summary>Indicates whether the generator writes an overload of <c>RunAsync</c> that needs no type arguments.</summary>
    private static bool IsGenerated(ExpressionSyntax lease, ITypeSymbol input, SemanticModel model) =>
        LeaseSymbols.Find(model.Compilation) is { IsApplication: true } symbols
            && symbols.ModelOf(model.GetTypeInfo(lease).Type) is INamedTypeSymbol leased
            && symbols.IsModel(leased)
            && BatchParser.Parse(leased, location: null, []).Any(batch => batch.Input == TypeAccess.AnnotatedNameOf(input));

    private static bool IsFirst(ElementAccessExpressionSyntax access) =>
        access.ArgumentList.Arguments is { Count: 1 } indices && indices[0].Expression is LiteralExpressionSyntax { Token.Value: 0 };

    private static ExpressionSyntax? InputOf(ExpressionSyntax inputs) => inputs switch
    {
        CollectionExpressionSyntax { Elements: { Count: 1 } elements } => (elements[0] as ExpressionElementSyntax)?.Expression,
        ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: { Count: 1 } items } => items[0],
        ArrayCreationExpressionSyntax { Initializer.Expressions: { Count: 1 } items } => items[0],
        _ => null,
    };
}
