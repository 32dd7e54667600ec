using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SharedModels.Generators.Analyzers.Models;
using SharedModels.Generators.Tests.Analyzers;

namespace SharedModels.Generators.Tests;

/// <summary>The generator run over a compilation, and once more after an edit that concerns no model.</summary>
internal sealed class GeneratorRun
{
    // Read once: the files are many, and compilations that share them share what the compiler knows of them.
    private static readonly MetadataReference[] Framework =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var file
                && (file.StartsWith("System.", StringComparison.Ordinal) || file.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || file is "netstandard.dll" or "mscorlib.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path))];

    private static readonly MetadataReference Abstractions = MetadataReference.CreateFromFile(typeof(ISharedModel).Assembly.Location);

    private static readonly MetadataReference Manager = MetadataReference.CreateFromFile(typeof(SharedModelManager).Assembly.Location);

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private GeneratorRun(CSharpCompilation compilation)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new SharedModelGenerator().AsSourceGenerator()],
            parseOptions: ParseOptions,
            driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        Assert.Empty(diagnostics);
        Output = output;
        First = driver.GetRunResult();
        var model = compilation.SyntaxTrees.Single();
        var moved = model.WithChangedText(model.GetText().Replace(0, 0, "// An edit that moves every model.\n"));
        var edited = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("// An edit that concerns no model.", ParseOptions));
        Second = driver.RunGenerators(edited).GetRunResult();
        Moved = driver.RunGenerators(compilation.ReplaceSyntaxTree(model, moved)).GetRunResult();
    }

    /// <summary>The compilation with what was generated.</summary>
    public Compilation Output { get; }

    /// <summary>What the analyzer of model classes reports.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => field.IsDefault ? field = AnalyzerRun.Diagnose(Output, new ModelClassAnalyzer()) : field;

    public GeneratorDriverRunResult First { get; }

    public GeneratorDriverRunResult Second { get; }

    /// <summary>The run after an edit that changes where the models stand, and nothing else.</summary>
    public GeneratorDriverRunResult Moved { get; }

    /// <summary>What was generated, but for the attribute that the compiler itself provides.</summary>
    public string Text => string.Concat(First.GeneratedTrees
        .Where(static tree => !tree.FilePath.Contains("EmbeddedAttribute", StringComparison.Ordinal))
        .Select(static tree => $"// ==== {Path.GetFileName(tree.FilePath)}\n{tree.GetText()}"));

    public static GeneratorRun Application(string source, params MetadataReference[] libraries) =>
        new(ApplicationCompilation(source, libraries));

    public static GeneratorRun Application(string source, string suppressed)
    {
        var compilation = ApplicationCompilation(source);
        return new(compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions([new(suppressed, ReportDiagnostic.Suppress)])));
    }

    /// <summary>An application's compilation, before the generator runs.</summary>
    public static CSharpCompilation ApplicationCompilation(string source, params MetadataReference[] libraries) =>
        Compile("App", source, [.. Framework, Manager, Abstractions, .. libraries]);

    public static GeneratorRun Library(string source) => new(Compile("Library", source, [.. Framework, Abstractions]));

    /// <summary>A library with its generated attributes, as an application references it.</summary>
    public static MetadataReference LibraryReference(string source, string name = "Library")
    {
        var run = new GeneratorRun(Compile(name, source, [.. Framework, Abstractions]));
        using var image = new MemoryStream();
        var result = run.Output.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>
    /// Fails if what was generated does not compile without a warning; nor may it depend on its own pragma for more than what its users marked.
    /// </summary>
    public GeneratorRun AssertCompiles()
    {
        var bare = First.GeneratedTrees.Aggregate(Output, static (compilation, tree) => compilation.ReplaceSyntaxTree(
            tree,
            CSharpSyntaxTree.ParseText(tree.GetText().ToString().Replace("#pragma warning disable", "", StringComparison.Ordinal), ParseOptions, tree.FilePath)));
        string[] marked = ["CS0612", "CS0618", "EXP1"];
        Assert.Empty(bare.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !marked.Contains(diagnostic.Id)));
        Assert.Empty(Output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        return this;
    }

    /// <summary>Fails if the analyzer reports anything but these, in this order.</summary>
    public GeneratorRun AssertReports(params string[] ids)
    {
        Assert.Equal(ids, Diagnostics.Select(static diagnostic => diagnostic.Id));
        return this;
    }

    /// <summary>Fails if the second run did any step's work again, or if a step's value holds on to a compilation.</summary>
    public GeneratorRun AssertIncremental()
    {
        var steps = Second.Results.Single().TrackedSteps;
        foreach (var name in TrackingNames.All.Where(steps.ContainsKey))
        {
            Assert.All(steps[name].SelectMany(static step => step.Outputs), output =>
                Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"Step {name} is {output.Reason}."));
        }

        Assert.All(Second.Results.Single().TrackedOutputSteps.SelectMany(static pair => pair.Value).SelectMany(static step => step.Outputs), output =>
            Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        foreach (var value in TrackingNames.All.Where(steps.ContainsKey).SelectMany(name => steps[name]).SelectMany(static step => step.Outputs))
            CapturedSymbols.AssertNone(value.Value);
        AssertOutputsCached(Moved, TrackingNames.Models, TrackingNames.Application);
        return this;
    }

    private static void AssertOutputsCached(GeneratorDriverRunResult run, params string[] names)
    {
        var steps = run.Results.Single().TrackedSteps;
        Assert.All(names.Where(steps.ContainsKey).SelectMany(name => steps[name]).SelectMany(static step => step.Outputs), static output =>
            Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
    }

    private static CSharpCompilation Compile(string name, string source, IEnumerable<MetadataReference> references) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(source, ParseOptions)],
        references,
        new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
}
