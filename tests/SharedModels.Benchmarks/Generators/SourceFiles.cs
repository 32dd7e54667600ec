using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace SharedModels.Benchmarks.Generators;

/// <summary>A large application in memory, and edits of it.</summary>
internal static class SourceFiles
{
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    /// <summary>A compilation with the given number of files, of which the first ones have a model each.</summary>
    public static Compilation Compile(int files, int models) => CSharpCompilation.Create(
        "App",
        Enumerable
            .Range(0, files)
            .Select(i => CSharpSyntaxTree.ParseText(i < models ? Model(i) : Service(i), ParseOptions, $"/app/File{i}.cs")),
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path)),
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>Typical edits in an editor, each with its name.</summary>
    public static IEnumerable<(string What, Func<Compilation, int, Compilation> Edit)> Edits(int models)
    {
        yield return ("a keystroke in a method of another class", (compilation, i) => Type(
            compilation, models + 1, "value + ", $"value + {i} + "));
        yield return ("a keystroke in a method of a model", (compilation, i) => Type(compilation, 1, "value * ", $"value * {i} * "));
        yield return ("a new member of another class", (compilation, i) => Type(
            compilation, models + 1, "public int Add", $"public int Member{i} => 1; public int Add"));
        yield return ("another file added", (compilation, i) => compilation.AddSyntaxTrees(
            CSharpSyntaxTree.ParseText($"class Added{i};", ParseOptions)));
        yield return ("another id of a model", (compilation, i) => Type(
            compilation, 1, "[SharedModel(", $"[SharedModel(\"more-{i}\"), SharedModel("));
        yield return ("another model", (compilation, i) => compilation.AddSyntaxTrees(
            CSharpSyntaxTree.ParseText($"[SharedModels.SharedModel] public sealed class Added{i};", ParseOptions)));
    }

    private static Compilation Type(Compilation compilation, int file, string old, string text)
    {
        var tree = compilation.SyntaxTrees.ElementAt(file);
        var source = tree.GetText();
        var start = source.ToString().IndexOf(old, StringComparison.Ordinal);
        return compilation.ReplaceSyntaxTree(
            tree, tree.WithChangedText(source.WithChanges(new TextChange(new TextSpan(start, old.Length), text))));
    }

    private static string Model(int i) => $$"""
        using Microsoft.Extensions.Logging;
        using SharedModels;

        namespace Acme.Area{{i % 50}};

        public sealed class Options{{i}};

        [SharedModel("model-{{i}}", KeepAlive = "00:05:00")]
        public sealed class Model{{i}}(ILogger<Model{{i}}> logger, Options{{i}} options, IServiceProvider? services = null)
        {
            public int Compute(int value) => value * {{i}};
        }
        """;

    private static string Service(int i) => $$"""
        namespace Acme.Area{{i % 50}};

        [System.Serializable]
        public sealed class Service{{i}}
        {
            private readonly int _value = {{i}};

            public int Add(int value)
            {
                var sum = value + _value;
                return sum > 0 ? sum : -sum;
            }
        }
        """;
}
