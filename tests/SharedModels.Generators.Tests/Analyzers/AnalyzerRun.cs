using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SharedModels.Generators.Tests.Analyzers;

/// <summary>Runs analyzers over a compilation.</summary>
internal static class AnalyzerRun
{
    /// <summary>Returns the diagnostics in the order of their locations. Fails if an analyzer throws.</summary>
    public static ImmutableArray<Diagnostic> Diagnose(Compilation compilation, params DiagnosticAnalyzer[] analyzers)
    {
        var failures = new List<Exception>();
        var options = new CompilationWithAnalyzersOptions(
            new([]),
            onAnalyzerException: (exception, _, _) =>
            {
                lock (failures)
                    failures.Add(exception);
            },
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        var diagnostics = compilation.WithAnalyzers([.. analyzers], options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        Assert.Empty(failures);
        return [.. diagnostics
            .Where(static diagnostic => !diagnostic.IsSuppressed)
            .OrderBy(static diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Start)];
    }
}
