using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Tests.Reading;

/// <summary>
/// Simulates a session in an editor: the same driver runs over one compilation after the other. Each result is compared with the result of
/// a new driver.
/// </summary>
internal sealed class DriverSession
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private readonly List<string> _files = [];
    private GeneratorDriver _driver = Create();
    private IReadOnlyList<SourceText> _before = [];

    public DriverSession(params string[] sources)
    {
        Compilation = GeneratorRun.ApplicationCompilation("");
        Compilation = (CSharpCompilation)Compilation.RemoveAllSyntaxTrees();
        foreach (var source in sources)
        {
            _files.Add($"/app/{_files.Count}.cs");
            Compilation = Compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, ParseOptions, _files[^1]));
        }

        Run();
    }

    public CSharpCompilation Compilation { get; private set; }

    public GeneratorRunResult Result { get; private set; }

    /// <summary>The current generated code.</summary>
    public string Text => TextOf(Result);

    /// <summary>The models that were read from the last compilation.</summary>
    public IEnumerable<ModelClass> Models =>
        ((CompilationModels)Result.TrackedSteps[TrackingNames.Read].Single().Outputs.Single().Value).Models;

    /// <summary>Replaces a text in a file.</summary>
    public DriverSession Edit(int file, string old, string text)
    {
        var tree = Compilation.SyntaxTrees.Single(tree => tree.FilePath == _files[file]);
        var source = tree.GetText();
        var start = source.ToString().IndexOf(old, StringComparison.Ordinal);
        Assert.True(start >= 0, $"File {file} does not have '{old}'.");
        return Change(compilation => compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(source.Replace(start, old.Length, text))));
    }

    public DriverSession Change(Func<CSharpCompilation, CSharpCompilation> change)
    {
        Compilation = change(Compilation);
        Run();
        return this;
    }

    /// <summary>Fails if the last change caused any step to run again, or any file to be written again.</summary>
    public DriverSession AssertNothingChanged()
    {
        Assert.All(TrackingNames.All.SelectMany(name => Result.TrackedSteps[name]).SelectMany(static step => step.Outputs), static output =>
            Assert.True(
                output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged,
                $"{output.Value} is {output.Reason}."));
        return AssertNothingWritten();
    }

    /// <summary>Fails if the last change caused any file to be written again.</summary>
    public DriverSession AssertNothingWritten()
    {
        var steps = (string[])[TrackingNames.Models, TrackingNames.RegisteredModels];
        Assert.All(steps.SelectMany(name => Result.TrackedSteps[name]).SelectMany(static step => step.Outputs), static output =>
            Assert.True(
                output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged,
                $"{output.Value} is {output.Reason}."));
        return this;
    }

    /// <summary>Fails unless the last change caused exactly the files to be written again that contain one of the texts.</summary>
    public DriverSession AssertWroteFilesWith(params string[] texts)
    {
        var written = Result.GeneratedSources.Where(source => !_before.Contains(source.SourceText));
        var expected = Result.GeneratedSources.Where(source => texts.Any(text => source.SourceText.ToString().Contains(
            text, StringComparison.Ordinal)));
        Assert.Equal(expected.Select(static source => source.HintName), written.Select(static source => source.HintName));
        return this;
    }

    /// <summary>Fails unless the last change affected the generated code.</summary>
    public DriverSession AssertWritten()
    {
        Assert.Contains(Result.TrackedSteps[TrackingNames.RegisteredModels].SelectMany(static step => step.Outputs), static output =>
            output.Reason == IncrementalStepRunReason.Modified);
        return this;
    }

    private static CSharpGeneratorDriver Create() => CSharpGeneratorDriver.Create(
        [new SharedModelGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private static string TextOf(GeneratorRunResult result) =>
        string.Concat(result.GeneratedSources.Select(static source => source.SourceText.ToString()));

    private static string[] ReportsOf(GeneratorRunResult result) =>
        [.. result.Diagnostics.Select(static diagnostic => diagnostic.ToString()).Order(StringComparer.Ordinal)];

    private void Run()
    {
        _before = [.. (Result.GeneratedSources.IsDefault ? [] : Result.GeneratedSources).Select(static source => source.SourceText)];
        _driver = _driver.RunGenerators(Compilation);
        Result = _driver.GetRunResult().Results.Single();
        var fresh = Create().RunGenerators(Compilation).GetRunResult().Results.Single();
        Assert.Equal(TextOf(fresh), Text);
        Assert.Equal(ReportsOf(fresh), ReportsOf(Result));
        foreach (var output in TrackingNames.All.SelectMany(name => Result.TrackedSteps[name]).SelectMany(static step => step.Outputs))
            CapturedSymbols.AssertNone(output.Value);
    }
}
