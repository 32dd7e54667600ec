using System.Runtime.CompilerServices;
using SharedModels.Testing;

namespace SharedModels.Tests.PublicApi;

/// <summary>
/// Changing what users see is a decision: it shows as a changed text file. With <c>UPDATE_SNAPSHOTS=1</c> the files are written, and keep their comments.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<Type> Assemblies => [typeof(ISharedModel), typeof(SharedModelManager), typeof(FakeModel)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_approved_one(Type typeOfAssembly)
    {
        ArgumentNullException.ThrowIfNull(typeOfAssembly);
        var path = PathOf(typeOfAssembly);
        var actual = PublicSurface.Describe(typeOfAssembly.Assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, WithComments(actual, File.ReadAllLines(path)));
        Assert.Equal(string.Concat(File.ReadLines(path).Where(static line => !IsComment(line)).Select(static line => line + "\n")), actual);
    }

    [Fact]
    public void The_core_has_25_public_types_and_a_reason_for_each_further_one()
    {
        var types = new List<string>();
        foreach (var type in (Type[])[typeof(ISharedModel), typeof(SharedModelManager)])
        {
            var lines = File.ReadAllLines(PathOf(type));
            types.AddRange(lines.Where((line, i) => IsType(line) && (i == 0 || !IsComment(lines[i - 1]))));
        }

        Assert.True(types.Count <= 25, $"Say in a comment above each type that is not among the 25 why it is there:\n{string.Join("\n", types)}");
    }

    private static bool IsComment(string line) => line.StartsWith("// ", StringComparison.Ordinal);

    private static bool IsType(string line) => line.Length > 0 && !char.IsWhiteSpace(line[0]) && !IsComment(line);

    private static string WithComments(string actual, string[] before)
    {
        var comments = before.Index().Where(line => line.Index > 0 && IsComment(before[line.Index - 1])).ToDictionary(static line => line.Item, line => before[line.Index - 1]);
        return string.Concat(actual.Split('\n')[..^1].Select(line => comments.TryGetValue(line, out var comment) ? $"{comment}\n{line}\n" : $"{line}\n"));
    }

    private static string PathOf(Type typeOfAssembly) => Path.Combine(Folder(), typeOfAssembly.Assembly.GetName().Name + ".txt");

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
