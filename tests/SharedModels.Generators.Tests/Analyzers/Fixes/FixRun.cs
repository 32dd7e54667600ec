using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SharedModels.Generators.Tests.Analyzers.Fixes;

/// <summary>Applies a code fix to the first diagnostic of an analyzer, as an editor does.</summary>
internal static class FixRun
{
    /// <summary>Fails unless the fix makes that of the source, and the result compiles without the diagnostic.</summary>
    public static void AssertFixes(
        DiagnosticAnalyzer analyzer,
        CodeFixProvider fix,
        string source,
        string expected,
        OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var compilation = Source.Compile(source, kind);
        var diagnostic = AnalyzerRun.Diagnose(compilation, analyzer)[0];
        var action = Assert.Single(Actions(compilation, fix, diagnostic));
        var operation = Assert.IsType<ApplyChangesOperation>(
            Assert.Single(action.GetOperationsAsync(CancellationToken.None).GetAwaiter().GetResult()));
        var text = operation.ChangedSolution.Projects
            .Single().Documents
            .Single(static document => document.Name == "")
            .GetTextAsync()
            .GetAwaiter()
            .GetResult()
            .ToString();
        Assert.Equal(expected, text);
        Assert.DoesNotContain(diagnostic.Id, AnalyzerRun.Diagnose(Source.Compile(text, kind), analyzer).Select(static left => left.Id));
    }

    /// <summary>Fails if the fix is offered.</summary>
    public static void AssertNotOffered(DiagnosticAnalyzer analyzer, CodeFixProvider fix, string source)
    {
        var compilation = Source.Compile(source);
        Assert.Empty(Actions(compilation, fix, AnalyzerRun.Diagnose(compilation, analyzer)[0]));
    }

    private static List<CodeAction> Actions(Compilation compilation, CodeFixProvider fix, Diagnostic diagnostic)
    {
        Assert.Contains(diagnostic.Id, fix.FixableDiagnosticIds);
        using var workspace = new AdhocWorkspace();
        var project = workspace.AddProject("App", LanguageNames.CSharp)
            .WithParseOptions(compilation.SyntaxTrees.First().Options)
            .WithCompilationOptions(compilation.Options)
            .WithMetadataReferences(compilation.References);
        foreach (var tree in compilation.SyntaxTrees)
            project = project.AddDocument(tree.FilePath, tree.GetText()).Project;
        var actions = new List<CodeAction>();
        var context = new CodeFixContext(
            project.Documents.Single(static document => document.Name == ""),
            diagnostic,
            (action, _) => actions.Add(action),
            CancellationToken.None);
        fix.RegisterCodeFixesAsync(context).GetAwaiter().GetResult();
        return actions;
    }
}
