using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SharedModels.Generators.Tests.Style;

/// <summary>Enforces max_line_length of .editorconfig, which no analyzer enforces.</summary>
public sealed class LineLengthTests
{
    private const int Limit = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("generators")]
    [InlineData("samples")]
    [InlineData("tests")]
    public void No_line_is_longer_than_the_limit(string folder)
    {
        var root = Root();
        var files = Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(root, file).Split('/', '\\').Any(static part => part is "bin" or "obj"))
            .ToList();
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(file =>
            TooLong(File.ReadAllText(file)).Select(line => $"{Path.GetRelativePath(root, file)}:{line}")));
    }

    [Fact]
    public void No_line_of_a_script_is_longer_than_the_limit() =>
        Assert.Empty(RepositoryFiles.List("eng", ".sh").SelectMany(static file =>
            RepositoryFiles.Read(file).Split('\n').Index().Where(static line => line.Item.Length > Limit)
                .Select(line => $"{file}:{line.Index + 1}")));

    [Fact]
    public void Only_addresses_and_raw_strings_may_be_longer()
    {
        var wide = new string('x', Limit);
        Assert.Equal([1], TooLong($"// {wide}\n// https://example.org/{wide}\n// x"));
        Assert.Empty(TooLong($"var a = \"\"\"\n    {wide}\n    \"\"\";\nvar b = $\"\"\"{wide}\"\"\";\n"));
        Assert.Equal([2], TooLong($"var c = 1;\nvar d = \"{wide}\";\n"));
        Assert.Equal([1], TooLong($"var raw = \"\"\"x\"\"\"; // {wide}"));
        Assert.Empty(TooLong(wide));
    }

    /// <summary>Returns the numbers of the lines that are too long and could be broken.</summary>
    private static IEnumerable<int> TooLong(string source)
    {
        // The syntax tree is needed only if a line is too long.
        var lines = source.Split('\n').Index().Where(static line => line.Item.Length > Limit && !line.Item.Contains("://")).ToList();
        if (lines.Count == 0)
            return [];
        var tree = CSharpSyntaxTree.ParseText(source);
        var raw = tree.GetRoot().DescendantNodes().Where(IsRaw).Select(node => tree.GetLineSpan(node.Span)).ToList();
        return lines.Where(line => !raw.Exists(span => Covers(span, line.Index))).Select(static line => line.Index + 1);
    }

    private static bool IsRaw(SyntaxNode node) =>
        node.Kind() is SyntaxKind.StringLiteralExpression or SyntaxKind.Utf8StringLiteralExpression
            or SyntaxKind.InterpolatedStringExpression
        && node.GetFirstToken().Text.TrimStart('$').StartsWith("\"\"\"", StringComparison.Ordinal);

    // A literal on one line is an excuse only if the literal itself crosses the limit.
    private static bool Covers(FileLinePositionSpan span, int line) => span.StartLinePosition.Line == span.EndLinePosition.Line
        ? span.StartLinePosition.Line == line && span.EndLinePosition.Character > Limit
        : span.StartLinePosition.Line <= line && line <= span.EndLinePosition.Line;

    private static string Root([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
