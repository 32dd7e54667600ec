using System.Reflection;
using System.Runtime.CompilerServices;

namespace SharedModels.Tests.PublicApi;

/// <summary>
/// A change to the public surface is a decision: it shows as a changed text file next to the test. With <c>UPDATE_SNAPSHOTS=1</c> the file
/// is written, and keeps its comments.
/// </summary>
internal static class ApprovedSurface
{
    public static void Check(Assembly assembly, [CallerFilePath] string test = "")
    {
        var path = PathOf(assembly, test);
        var actual = PublicSurface.Describe(assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, WithComments(actual, File.Exists(path) ? File.ReadAllLines(path) : []));
        Assert.Equal(string.Concat(File.ReadLines(path).Where(static line => !IsComment(line)).Select(static line => line + "\n")), actual);
    }

    /// <summary>The types of an assembly that have no comment above them.</summary>
    public static IEnumerable<string> TypesWithoutComment(Assembly assembly, [CallerFilePath] string test = "")
    {
        var lines = File.ReadAllLines(PathOf(assembly, test));
        return lines.Where((line, i) => IsType(line) && (i == 0 || !IsComment(lines[i - 1])));
    }

    private static string PathOf(Assembly assembly, string test) =>
        Path.Combine(Path.GetDirectoryName(test)!, assembly.GetName().Name + ".txt");

    private static bool IsComment(string line) => line.StartsWith("// ", StringComparison.Ordinal);

    private static bool IsType(string line) => line.Length > 0 && !char.IsWhiteSpace(line[0]) && !IsComment(line);

    private static string WithComments(string actual, string[] before)
    {
        var comments = before.Index()
            .Where(line => line.Index > 0 && IsComment(before[line.Index - 1]))
            .ToDictionary(static line => line.Item, line => before[line.Index - 1]);
        return string.Concat(
            actual.Split('\n')[..^1].Select(line => comments.TryGetValue(line, out var comment) ? $"{comment}\n{line}\n" : $"{line}\n"));
    }
}
