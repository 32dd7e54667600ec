using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace SharedModels.CodeFixes;

/// <summary>The base class of fixes that change one file.</summary>
public abstract class LeaseCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (Find(
                diagnostic,
                root,
                root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true),
                model) is not var (title,
                change))
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    title, _ => Task.FromResult(context.Document.WithSyntaxRoot(change())), equivalenceKey: GetType().Name + diagnostic.Id),
                diagnostic);
        }
    }

    /// <summary>
    /// Returns the title of the fix and a function that creates the changed root, or <see langword="null"/> if no fix applies.
    /// </summary>
    private protected abstract (string Title, Func<SyntaxNode> Change)? Find(
        Diagnostic diagnostic, SyntaxNode root, SyntaxNode node, SemanticModel model);
}
