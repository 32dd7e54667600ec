using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SharedModels.Generators.Tests;

/// <summary>The generator run over a compilation, and once more after an edit that concerns no model.</summary>
internal sealed class GeneratorRun
{
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
        var edited = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("// An edit that concerns no model.", ParseOptions));
        Second = driver.RunGenerators(edited).GetRunResult();
    }

    /// <summary>The compilation with what was generated.</summary>
    public Compilation Output { get; }

    public GeneratorDriverRunResult First { get; }

    public GeneratorDriverRunResult Second { get; }

    /// <summary>What was generated, but for the attribute that the compiler itself provides.</summary>
    public string Text => string.Concat(First.GeneratedTrees
        .Where(static tree => !tree.FilePath.Contains("EmbeddedAttribute", StringComparison.Ordinal))
        .Select(static tree => $"// ==== {Path.GetFileName(tree.FilePath)}\n{tree.GetText()}"));

    public static GeneratorRun Application(string source, params MetadataReference[] libraries) =>
        new(Compile("App", source, [.. Framework(), .. Own(typeof(SharedModelManager), typeof(ISharedModel)), .. libraries]));

    public static GeneratorRun Library(string source) => new(Compile("Library", source, [.. Framework(), .. Own(typeof(ISharedModel))]));

    /// <summary>A library with its generated attributes, as an application references it.</summary>
    public static MetadataReference LibraryReference(string source, string name = "Library")
    {
        var run = new GeneratorRun(Compile(name, source, [.. Framework(), .. Own(typeof(ISharedModel))]));
        using var image = new MemoryStream();
        var result = run.Output.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>Fails if what was generated does not compile.</summary>
    public GeneratorRun AssertCompiles()
    {
        Assert.Empty(Output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
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
        return this;
    }

    private static CSharpCompilation Compile(string name, string source, IEnumerable<MetadataReference> references) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(source, ParseOptions)],
        references,
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static IEnumerable<MetadataReference> Own(params Type[] types) => types.Select(static type => MetadataReference.CreateFromFile(type.Assembly.Location));

    private static IEnumerable<MetadataReference> Framework() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var file
                && (file.StartsWith("System.", StringComparison.Ordinal) || file.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || file is "netstandard.dll" or "mscorlib.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path));
}
