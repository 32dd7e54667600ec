using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace SharedModels.Generators.Tests.Analyzers;

/// <summary>
/// Runs analyzers, and a fix if there is one, over an application with two models. The generator runs as well, because sources use the
/// generated code and the generated code must not be reported.
/// </summary>
internal sealed class AnalyzerTest : CSharpCodeFixTest<EmptyDiagnosticAnalyzer, EmptyCodeFixProvider, DefaultVerifier>
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

    private readonly DiagnosticAnalyzer[] _analyzers;
    private readonly string? _id;
    private readonly CodeFixProvider? _fix;
    private readonly List<string> _messages = [];

    /// <param name="analyzers">The analyzers to run.</param>
    /// <param name="id">The diagnostic that <c>[|…|]</c> stands for. Others are marked <c>{|id:…|}</c>.</param>
    /// <param name="source">The source, with markers where diagnostics are expected.</param>
    /// <param name="kind">The kind of the output. <see cref="OutputKind.ConsoleApplication"/> allows top-level statements.</param>
    /// <param name="fix">The fix to apply.</param>
    /// <param name="expected">The source that the fix must produce.</param>
    public AnalyzerTest(
        DiagnosticAnalyzer[] analyzers,
        string? id,
        string source,
        OutputKind kind = OutputKind.DynamicallyLinkedLibrary,
        CodeFixProvider? fix = null,
        string? expected = null)
    {
        (_analyzers, _id, _fix) = (analyzers, id, fix);

        // A framework name without a package: the test references the assemblies that it runs on, and restores nothing.
        ReferenceAssemblies = new("net10.0");

        // Snapshots check the generated sources. The compiler itself makes a pragma suppress a diagnostic.
        TestBehaviors = TestBehaviors.SkipGeneratedSourcesCheck | TestBehaviors.SkipSuppressionCheck;

        // Some fixes are for diagnostics that are reported at the end of a compilation. An editor shows them only after a build.
        // All code to fix is in one document, so fixing a project or a solution would repeat the same work.
        CodeFixTestBehaviors = CodeFixTestBehaviors.SkipLocalDiagnosticCheck
            | CodeFixTestBehaviors.SkipFixAllInProjectCheck
            | CodeFixTestBehaviors.SkipFixAllInSolutionCheck;
        DiagnosticVerifier = (diagnostic, _, _) =>
            _messages.Add(diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));

        // Two analyzers report SHM008.
        MarkupOptions = MarkupOptions.UseFirstDescriptor;
        TestState.OutputKind = kind;
        TestState.AdditionalReferences.AddRange(GeneratorRun.References);
        TestState.Sources.Add(source);
        TestState.Sources.Add(("Prelude.cs", Prelude));
        if (expected is null)
            return;
        FixedState.Sources.Add(expected);
        FixedState.Sources.Add(("Prelude.cs", Prelude));
    }

    /// <summary>The messages of the diagnostics at the markers.</summary>
    public IReadOnlyList<string> Messages => _messages;

    protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => _analyzers;

    protected override IEnumerable<CodeFixProvider> GetCodeFixProviders() => _fix is null ? [] : [_fix];

    /// <summary>Fails if a diagnostic has more than one fix, because the test would apply only the first.</summary>
    protected override ImmutableArray<CodeAction> FilterCodeActions(ImmutableArray<CodeAction> actions)
    {
        Assert.InRange(actions.Length, 0, 1);
        return actions;
    }

    protected override IEnumerable<Type> GetSourceGenerators() => [typeof(SharedModelGenerator)];

    protected override DiagnosticDescriptor? GetDefaultDiagnostic(DiagnosticAnalyzer[] analyzers) =>
        analyzers.SelectMany(static analyzer => analyzer.SupportedDiagnostics).FirstOrDefault(descriptor => descriptor.Id == _id);

    protected override CompilationOptions CreateCompilationOptions() =>
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);

    protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(LanguageVersion.Latest);
}
