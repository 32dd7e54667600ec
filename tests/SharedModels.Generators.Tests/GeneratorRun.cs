using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SharedModels.Generators.Analyzers.Models;
using SharedModels.Generators.Tests.Analyzers;

namespace SharedModels.Generators.Tests;

/// <summary>A run of the generator over a compilation, and a second one after an edit that concerns no model.</summary>
internal sealed class GeneratorRun
{
    // Read once: there are many files, and compilations that share the references share the compiler's data about them.
    private static readonly MetadataReference[] Framework =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var file
                && (file.StartsWith("System.", StringComparison.Ordinal) || file.StartsWith(
                    "Microsoft.Extensions.", StringComparison.Ordinal) || file is "netstandard.dll" or "mscorlib.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path))];

    private static readonly MetadataReference Abstractions = MetadataReference.CreateFromFile(typeof(ISharedModel).Assembly.Location);

    /// <summary>The reference that makes a compilation an application.</summary>
    public static MetadataReference Manager { get; } = MetadataReference.CreateFromFile(typeof(SharedModelManager).Assembly.Location);

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    /// <summary>The assemblies that an application references.</summary>
    public static IEnumerable<MetadataReference> References => [.. Framework, Manager, Abstractions];

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
        foreach (var run in (GeneratorDriverRunResult[])[First, Second, Moved])
        {
            foreach (var value in StepsOf(run).SelectMany(static step => step.Outputs))
                CapturedSymbols.AssertNone(value.Value);
        }
    }

    /// <summary>The compilation with the generated code.</summary>
    public Compilation Output { get; }

    /// <summary>The diagnostics of the analyzer of model classes.</summary>
    public ImmutableArray<Diagnostic> Diagnostics =>
        field.IsDefault ? field = AnalyzerRun.Diagnose(Output, new ModelClassAnalyzer()) : field;

    public GeneratorDriverRunResult First { get; }

    public GeneratorDriverRunResult Second { get; }

    /// <summary>The run after an edit that only changes the positions of the models.</summary>
    public GeneratorDriverRunResult Moved { get; }

    /// <summary>The generated code, without the attribute that the compiler itself provides.</summary>
    public string Text => string.Concat(First.GeneratedTrees
        .Where(static tree => !tree.FilePath.Contains("EmbeddedAttribute", StringComparison.Ordinal))
        .Select(static tree => $"// ==== {Path.GetFileName(tree.FilePath)}\n{tree.GetText()}"));

    public static GeneratorRun Application(string source, params MetadataReference[] libraries) =>
        new(ApplicationCompilation(source, libraries));

    public static GeneratorRun Application(string source, string suppressed)
    {
        var compilation = ApplicationCompilation(source);
        return new(
            compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions([new(suppressed, ReportDiagnostic.Suppress)])));
    }

    /// <summary>Returns an application's compilation, before the generator runs.</summary>
    public static CSharpCompilation ApplicationCompilation(string source, params MetadataReference[] libraries) =>
        Compile("App", source, [.. References, .. libraries]);

    public static GeneratorRun Library(string source) => new(Compile("Library", source, [.. Framework, Abstractions]));

    /// <summary>Returns a library with its generated attributes, as an application references it.</summary>
    public static MetadataReference LibraryReference(string source, string name = "Library", params MetadataReference[] libraries)
    {
        return Emit(new(Compile(name, source, [.. Framework, Abstractions, .. libraries])));
    }

    /// <summary>Returns an application, or a library that uses the manager, as another project references it.</summary>
    public static MetadataReference ApplicationReference(string source, string name, params MetadataReference[] libraries) =>
        Emit(new(Compile(name, source, [.. References, .. libraries])));

    private static PortableExecutableReference Emit(GeneratorRun run)
    {
        using var image = new MemoryStream();
        var result = run.Output.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>
    /// Fails if the generated code does not compile without a warning, or if its pragma suppresses more than the warnings about members
    /// that its users marked.
    /// </summary>
    public GeneratorRun AssertCompiles()
    {
        var bare = First.GeneratedTrees.Aggregate(Output, static (compilation, tree) => compilation.ReplaceSyntaxTree(
            tree,
            CSharpSyntaxTree.ParseText(
                tree.GetText().ToString().Replace("#pragma warning disable", "", StringComparison.Ordinal), ParseOptions, tree.FilePath)));
        string[] marked = ["CS0612", "CS0618", "EXP1"];
        Assert.Empty(bare.GetDiagnostics().Where(
            diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !marked.Contains(diagnostic.Id)));
        Assert.Empty(Output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        return this;
    }

    /// <summary>Fails unless the analyzer reports exactly these diagnostics, in this order.</summary>
    public GeneratorRun AssertReports(params string[] ids)
    {
        Assert.Equal(ids, Diagnostics.Select(static diagnostic => diagnostic.Id));
        return this;
    }

    /// <summary>
    /// Fails if the second run repeats the work of any step, or if an edit that moves the models changes the output of a step.
    /// </summary>
    public GeneratorRun AssertIncremental()
    {
        Assert.All(StepsOf(Second).SelectMany(static step => step.Outputs), AssertUnchanged);
        Assert.All(OutputsOf(Second), static output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        Assert.All(
            StepsOf(Moved, TrackingNames.Models, TrackingNames.RegisteredModels).SelectMany(static step => step.Outputs), AssertUnchanged);
        return this;
    }

    private static void AssertUnchanged((object Value, IncrementalStepRunReason Reason) output) =>
        Assert.True(
            output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{output.Value} is {output.Reason}.");

    private static IEnumerable<(object Value, IncrementalStepRunReason Reason)> OutputsOf(GeneratorDriverRunResult run) =>
        run.Results.Single().TrackedOutputSteps.SelectMany(static pair => pair.Value).SelectMany(static step => step.Outputs);

    /// <summary>Returns the steps with these names, or all steps that the generator names. Each step must exist.</summary>
    private static IEnumerable<IncrementalGeneratorRunStep> StepsOf(GeneratorDriverRunResult run, params string[] names) =>
        (names.Length == 0 ? TrackingNames.All : names).SelectMany(name => run.Results.Single().TrackedSteps[name]);

    private static CSharpCompilation Compile(
        string name, string source, IEnumerable<MetadataReference> references) => CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(source, ParseOptions)],
            references,
            new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
}
