using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace SharedModels.Generators.Tests.Analyzers.Fixes;

/// <summary>Applies a code fix to the diagnostic at the marker <c>[|…|]</c>, as an editor does.</summary>
internal static class FixRun
{
    /// <summary>Fails unless the fix turns the source into the expected one, which must compile without the diagnostic.</summary>
    public static Task AssertFixesAsync(
        DiagnosticAnalyzer analyzer,
        CodeFixProvider fix,
        string marked,
        string expected,
        OutputKind kind = OutputKind.DynamicallyLinkedLibrary) => Create(analyzer, fix, marked, expected, kind).RunAsync();

    /// <summary>Fails if the fix is offered.</summary>
    public static Task AssertNotOfferedAsync(
        DiagnosticAnalyzer analyzer,
        CodeFixProvider fix,
        string marked,
        OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = Create(analyzer, fix, marked, marked, kind);
        test.FixedState.MarkupHandling = MarkupMode.Allow;
        return test.RunAsync();
    }

    private static AnalyzerTest Create(DiagnosticAnalyzer analyzer, CodeFixProvider fix, string marked, string expected, OutputKind kind)
    {
        var id = analyzer.SupportedDiagnostics.FirstOrDefault(descriptor => fix.FixableDiagnosticIds.Contains(descriptor.Id))?.Id;
        return new([analyzer], id, marked, kind, fix, expected);
    }
}
