using System.Collections.Immutable;
using System.Composition;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SharedModels.Configuration;
using SharedModels.Generators;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.CodeFixes;

/// <summary>Marks a leased class with <c>[SharedModel]</c>, even if it is declared in another file.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RegisterModelCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticDescriptors.UnregisteredModel.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (ClassOf(model.GetSymbolInfo(node, context.CancellationToken).Symbol) is not { } type
                || SharedModelGenerator.Parse(type).Diagnostics.Any(
                    static problem => problem.Descriptor.Id == DiagnosticDescriptors.UnusableClass.Id)
                || type.DeclaringSyntaxReferences.FirstOrDefault() is not { } reference
                || context.Document.Project.Solution.GetDocument(reference.SyntaxTree) is not { } document)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Mark '{type.Name}' with [SharedModel]",
                    cancellationToken => MarkAsync(document, reference, type.Name, cancellationToken),
                    equivalenceKey: nameof(RegisterModelCodeFix)),
                diagnostic);
        }
    }

    /// <summary>Returns the class of the model, for the class itself or its lease.</summary>
    private static INamedTypeSymbol? ClassOf(ISymbol? symbol) => symbol switch
    {
        INamedTypeSymbol { Name: "IModelLease", TypeArguments.Length: 1 } lease => lease.TypeArguments[0] as INamedTypeSymbol,
        IMethodSymbol { TypeArguments.Length: 1 } request => request.TypeArguments[0] as INamedTypeSymbol,
        _ => symbol as INamedTypeSymbol,
    };

    private static async Task<Solution> MarkAsync(
        Document document, SyntaxReference reference, string name, CancellationToken cancellationToken)
    {
        var declaration = (TypeDeclarationSyntax)await reference.GetSyntaxAsync(cancellationToken).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var attribute = model?.LookupNamespacesAndTypes(declaration.SpanStart, name: "SharedModelAttribute").IsEmpty == false
            ? "SharedModel"
            : "global::SharedModels.SharedModel";
        var id = KebabCase(name);
        var argument = ModelId.IsValid(id) ? $"(\"{id}\")" : "";
        var line = text.Lines.GetLineFromPosition(declaration.SpanStart);
        var ending = line.End == line.EndIncludingLineBreak
            ? "\n"
            : text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
        var indent = string.Concat(line.ToString().TakeWhile(char.IsWhiteSpace));
        var mark = new TextChange(new(declaration.SpanStart, 0), $"[{attribute}{argument}]{ending}{indent}");
        return document.WithText(text.WithChanges(mark)).Project.Solution;
    }

    /// <summary>Returns an id made from a class name, such as <c>qr-reader</c> for <c>QRReader</c>.</summary>
    private static string KebabCase(string name)
    {
        var id = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = i > 0 && char.IsUpper(name[i])
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord && name[i - 1] != '_')
                id.Append('-');
            id.Append(char.ToLowerInvariant(name[i]));
        }

        return id.ToString();
    }
}
