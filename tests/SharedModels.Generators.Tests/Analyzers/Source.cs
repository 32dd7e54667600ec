using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SharedModels.Generators.Tests.Analyzers;

/// <summary>Source code whose markers <c>[|…|]</c> say where an analyzer reports.</summary>
internal static class Source
{
    /// <summary>Fails if the analyzer reports anything but the diagnostic at the markers.</summary>
    public static Task AssertReportsAsync(
        DiagnosticAnalyzer analyzer, string id, string marked, OutputKind kind = OutputKind.DynamicallyLinkedLibrary) =>
        new AnalyzerTest([analyzer], id, marked, kind).RunAsync();

    /// <summary>The message of the diagnostic at the only marker.</summary>
    public static async Task<string> ReadMessageAsync(DiagnosticAnalyzer analyzer, string id, string marked)
    {
        var test = new AnalyzerTest([analyzer], id, marked);
        await test.RunAsync();
        return Assert.Single(test.Messages);
    }

    public static Task AssertQuietAsync(
        DiagnosticAnalyzer analyzer, string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary) =>
        new AnalyzerTest([analyzer], id: null, source, kind).RunAsync();
}
