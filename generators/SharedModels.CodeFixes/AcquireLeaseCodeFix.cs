using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using SharedModels.Generators.Analyzers.Flow;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>
/// Acquires a lease before the first statement that uses its model. The fix is offered in asynchronous code and top-level statements, and
/// in the lambda of an endpoint, which it makes asynchronous.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AcquireLeaseCodeFix : LeaseCodeFix
{
    private const string TaskType = "global::System.Threading.Tasks.Task";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.ModelUsedBeforeAcquisition.Id];

    private protected override (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (!diagnostic.Properties.TryGetValue(LeaseFlowAnalyzer.Lease, out var lease)
            || lease is null
            || node.Ancestors().FirstOrDefault(
                static part => part is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax)
                is not { } code)
            return null;
        var name = string.Join(".", lease.Split('.').Select(SyntaxExtensions.Escaped));
        var acquisition = $"await {name}.AcquireAsync({TokenAt(node.SpanStart, model)});";
        var change = code switch
        {
            LambdaExpressionSyntax { ExpressionBody: { } body } lambda => Expand(root, lambda, body, acquisition, model),
            LambdaExpressionSyntax { Block: not null } lambda when !IsAsync(lambda.Modifiers) =>
                MakeAsync(root, lambda, node, acquisition, model),
            MethodDeclarationSyntax { ExpressionBody.Expression: { } body } method when IsAsync(method.Modifiers) =>
                () => root.ReplaceNode(method, WithoutSpace(method, method.ExpressionBody)
                    .WithExpressionBody(null)
                    .WithSemicolonToken(default)
                    .WithBody(BlockOf(
                        method, method.ExpressionBody.ArrowToken, acquisition, body, StatementOf(body, model.GetDeclaredSymbol(method))))
                    .WithTrailingTrivia(method.GetTrailingTrivia())),
            LocalFunctionStatementSyntax { ExpressionBody.Expression: { } body } function when IsAsync(function.Modifiers) =>
                () => root.ReplaceNode(function, WithoutSpace(function, function.ExpressionBody)
                    .WithExpressionBody(null)
                    .WithSemicolonToken(default)
                    .WithBody(BlockOf(
                        function,
                        function.ExpressionBody.ArrowToken,
                        acquisition,
                        body,
                        StatementOf(body, model.GetDeclaredSymbol(function) as IMethodSymbol)))
                    .WithTrailingTrivia(function.GetTrailingTrivia())),
            _ when node.AllowsAwait() && PlaceOf(node, code, lease, model) is { } place =>
                () => root.ReplaceNode(place.Parent!, Insert(place.Parent!, place, acquisition)),
            _ => (Func<SyntaxNode>?)null,
        };
        return change is null ? null : ($"Acquire '{lease}' first", change);
    }

    private static bool IsAsync(SyntaxTokenList modifiers) => modifiers.Any(SyntaxKind.AsyncKeyword);

    /// <summary>Returns the token that the code receives. A token of the code around a lambda belongs to another operation.</summary>
    private static string TokenAt(int position, SemanticModel model) => model.GetEnclosingSymbol(position) is IMethodSymbol code
        && code.Parameters.FirstOrDefault(static parameter => parameter.Type.Name == nameof(CancellationToken)) is { } token
            ? SyntaxExtensions.Escaped(token.Name)
            : "";

    /// <summary>Gives a lambda with an expression a block. The delegate of an endpoint may become asynchronous.</summary>
    private static Func<SyntaxNode>? Expand(
        SyntaxNode root, LambdaExpressionSyntax lambda, ExpressionSyntax body, string acquisition, SemanticModel model)
    {
        if (IsAsync(lambda.Modifiers))
        {
            var statement = StatementOf(body, model.GetSymbolInfo(lambda).Symbol as IMethodSymbol);
            return () => root.ReplaceNode(lambda, WithBlock(lambda, BlockOf(lambda, lambda.ArrowToken, acquisition, body, statement)));
        }

        if (!IsEndpoint(lambda, model) || model.GetTypeInfo(body).Type is not { } type)
            return null;
        var awaited = IsTask(type) ? $"await {(body is InvocationExpressionSyntax or NameSyntax ? body : $"({body})")}" : body.ToString();
        var returns = type.SpecialType != SpecialType.System_Void && !(IsTask(type) && type is INamedTypeSymbol { IsGenericType: false });
        return () => root.ReplaceNode(lambda, WithBlock(
            Asynchronous(lambda, model),
            BlockOf(lambda, lambda.ArrowToken, acquisition, body, returns ? $"return {awaited};" : $"{awaited};")));
    }

    private static Func<SyntaxNode>? MakeAsync(
        SyntaxNode root, LambdaExpressionSyntax lambda, SyntaxNode node, string acquisition, SemanticModel model)
    {
        if (!IsEndpoint(lambda, model)
            || model.GetSymbolInfo(lambda).Symbol is not IMethodSymbol symbol
            || IsTask(symbol.ReturnType)
            || lambda.Block!.Statements.FirstOrDefault(statement => statement.Span.Contains(node.Span)) is not { } place)
            return null;
        return () => root.ReplaceNode(
            lambda, Asynchronous(lambda, model).WithBody((BlockSyntax)Insert(lambda.Block!, place, acquisition)));
    }

    /// <summary>Makes a lambda asynchronous. If it declares what it returns, it returns a task of that.</summary>
    private static LambdaExpressionSyntax Asynchronous(LambdaExpressionSyntax lambda, SemanticModel model)
    {
        var changed = lambda;
        if (lambda is ParenthesizedLambdaExpressionSyntax { ReturnType: { } result } declared
            && model.GetTypeInfo(result).Type is { } type
            && !IsTask(type))
            changed = declared.WithReturnType(SyntaxFactory
                .ParseTypeName(type.SpecialType == SpecialType.System_Void ? TaskType : $"{TaskType}<{result}>")
                .WithAdditionalAnnotations(Simplifier.Annotation)
                .WithTriviaFrom(result));
        return changed
            .WithLeadingTrivia()
            .AddModifiers(SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space))
            .WithLeadingTrivia(lambda.GetLeadingTrivia());
    }

    private static LambdaExpressionSyntax WithBlock(LambdaExpressionSyntax lambda, BlockSyntax block) => lambda
        .WithBody(block)
        .WithArrowToken(lambda.ArrowToken.WithTrailingTrivia())
        .WithTrailingTrivia(lambda.GetTrailingTrivia());

    /// <summary>Returns the member without the space in front of its arrow, which is replaced with a line break.</summary>
    private static T WithoutSpace<T>(T member, ArrowExpressionClauseSyntax body)
        where T : SyntaxNode
    {
        var last = body.ArrowToken.GetPreviousToken();
        return member.ReplaceToken(last, last.WithTrailingTrivia());
    }

    private static bool IsEndpoint(LambdaExpressionSyntax lambda, SemanticModel model) =>
        model.GetTypeInfo(lambda).ConvertedType?.SpecialType == SpecialType.System_Delegate;

    private static bool IsTask(ITypeSymbol type) => type.Name is "Task" or "ValueTask";

    /// <summary>Returns the statement for the expression of asynchronous code.</summary>
    private static string StatementOf(ExpressionSyntax body, IMethodSymbol? code) =>
        code?.ReturnType is INamedTypeSymbol { IsGenericType: true } or null ? $"return {body};" : $"{body};";

    /// <summary>Returns a block that acquires the lease. The comments around the arrow and the body precede the statement.</summary>
    private static BlockSyntax BlockOf(
        SyntaxNode code, SyntaxToken arrow, string acquisition, ExpressionSyntax body, string statement)
    {
        var (ending, indent) = (EndOfLineOf(code).ToString(), IndentOf(code));
        SyntaxTriviaList[] trivia =
        [
            code is LambdaExpressionSyntax ? default : arrow.GetPreviousToken().TrailingTrivia,
            code is LambdaExpressionSyntax ? default : arrow.LeadingTrivia,
            arrow.TrailingTrivia,
            body.GetLeadingTrivia(),
            code is LambdaExpressionSyntax ? default : body.GetTrailingTrivia(),
        ];
        var comments = string.Concat(trivia.Select(static part => part.ToFullString()))
            .Split('\n')
            .Select(static line => line.Trim())
            .Where(static line => line.Length > 0);
        string[] lines = ["", "{", $"    {acquisition}", .. comments.Append(statement).Select(static line => "    " + line), "}"];
        return (BlockSyntax)SyntaxFactory.ParseStatement(string.Join(ending + indent, lines));
    }

    /// <summary>
    /// Returns the outermost statement of the code that contains the node and follows the declaration of the lease, so that as many uses as
    /// possible follow the acquisition.
    /// </summary>
    private static SyntaxNode? PlaceOf(SyntaxNode node, SyntaxNode code, string lease, SemanticModel model)
    {
        var local = model.LookupSymbols(node.SpanStart, name: lease.Split('.')[0]).OfType<ILocalSymbol>().FirstOrDefault();
        var start = local?.DeclaringSyntaxReferences[0].Span.End ?? 0;
        return node.AncestorsAndSelf()
            .TakeWhile(part => part != code || part is GlobalStatementSyntax)
            .Where(part => part is GlobalStatementSyntax or StatementSyntax { Parent: BlockSyntax } && part.SpanStart >= start)
            .LastOrDefault();
    }

    private static SyntaxNode Insert(SyntaxNode parent, SyntaxNode place, string acquisition)
    {
        var isFirstOfLine = place.SyntaxTree.GetText().Lines.GetLineFromPosition(place.SpanStart) is var line
            && string.IsNullOrWhiteSpace(line.ToString().Substring(0, place.SpanStart - line.Start));
        var leading = place.GetLeadingTrivia();
        var space = leading.TakeWhile(static trivia =>
            trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia)).ToList();
        var statement = SyntaxFactory.ParseStatement(acquisition)
            .WithLeadingTrivia(space)
            .WithTrailingTrivia(isFirstOfLine ? EndOfLineOf(place) : SyntaxFactory.Space);
        var rest = leading.Skip(space.Count);
        var moved = place.WithLeadingTrivia(isFirstOfLine ? rest.Prepend(SyntaxFactory.Whitespace(IndentOf(place))) : rest);
        SyntaxNode[] both = [place is GlobalStatementSyntax ? SyntaxFactory.GlobalStatement(statement) : statement, moved];
        return parent.ReplaceNode(place, both);
    }

    private static SyntaxTrivia EndOfLineOf(SyntaxNode node) =>
        node.SyntaxTree.GetText().ToString().Contains("\r\n") ? SyntaxFactory.CarriageReturnLineFeed : SyntaxFactory.LineFeed;

    private static string IndentOf(SyntaxNode node) => string.Concat(
        node.SyntaxTree.GetText().Lines.GetLineFromPosition(node.SpanStart).ToString().TakeWhile(char.IsWhiteSpace));
}
