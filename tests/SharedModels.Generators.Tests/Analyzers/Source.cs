using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace SharedModels.Generators.Tests.Analyzers;

/// <summary>Source whose markers <c>[|…|]</c> say where an analyzer reports.</summary>
internal static class Source
{
    private const string Prelude = """
        global using System;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using SharedModels;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;

        [SharedModel("owl")] public sealed class Owl : IDisposable { public int Detect() => 1; public void Dispose() { } }
        [SharedModel("reader")] public sealed class Reader : IAsyncDisposable { public int Read() => 1; public ValueTask DisposeAsync() => default; }
        """;

    /// <summary>Fails if the analyzer reports anything but the diagnostic at the markers; returns its messages.</summary>
    public static IReadOnlyList<string> AssertReports(
        DiagnosticAnalyzer analyzer, string id, string marked, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var (text, spans) = Parse(marked);
        var diagnostics = AnalyzerRun.Diagnose(Compile(text, kind), analyzer);
        Assert.Equal(spans.Select(span => (id, text.Substring(span.Start, span.Length), span)), diagnostics.Select(diagnostic => (
            diagnostic.Id,
            text.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length),
            diagnostic.Location.SourceSpan)));
        return [.. diagnostics.Select(static diagnostic => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
    }

    public static void AssertQuiet(DiagnosticAnalyzer analyzer, string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary) =>
        AssertReports(analyzer, "", source, kind);

    /// <summary>An application of the source and two models, with what is generated for it.</summary>
    public static Compilation Compile(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var compilation = GeneratorRun.ApplicationCompilation(source);
        compilation = compilation
            .AddSyntaxTrees(CSharpSyntaxTree.ParseText(Prelude, (CSharpParseOptions)compilation.SyntaxTrees[0].Options, "Prelude.cs"))
            .WithOptions(compilation.Options.WithOutputKind(kind));
        CSharpGeneratorDriver.Create(
            [new SharedModelGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options)
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        Assert.Empty(output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return output;
    }

    private static (string Text, List<TextSpan> Spans) Parse(string marked)
    {
        var spans = new List<TextSpan>();
        for (var start = marked.IndexOf("[|", StringComparison.Ordinal); start >= 0; start = marked.IndexOf("[|", StringComparison.Ordinal))
        {
            marked = marked.Remove(start, 2);
            var end = marked.IndexOf("|]", start, StringComparison.Ordinal);
            marked = marked.Remove(end, 2);
            spans.Add(TextSpan.FromBounds(start, end));
        }

        return (marked, spans);
    }
}
