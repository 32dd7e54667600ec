using System.Text.RegularExpressions;

namespace SharedModels.Packages.Tests.Readmes;

/// <summary>A README of the repository, and the code blocks in it.</summary>
internal sealed partial class Readme(string path)
{
    private readonly string _text = File.ReadAllText(Path.Combine(PackageFeed.Repository, path)).ReplaceLineEndings("\n");

    /// <summary>Replaces the fixed port of a program, which another program may have, by any free one.</summary>
    public static string WithFreePort(string program) =>
        program.Replace("http://localhost:5000", "http://127.0.0.1:0", StringComparison.Ordinal);

    /// <summary>The code blocks of a language, in order.</summary>
    public IReadOnlyList<string> Blocks(string language) =>
    [
        .. Block().Matches(_text)
            .Where(block => block.Groups["language"].Value == language)
            .Select(static block => block.Groups["code"].Value),
    ];

    /// <summary>The block that follows the line <c>`name`:</c>.</summary>
    public string FileNamed(string name)
    {
        var start = _text.IndexOf($"`{name}`", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{path} does not name the file {name}.");
        return Block().Match(_text, start).Groups["code"].Value;
    }

    [GeneratedRegex(
        @"^```(?<language>\w+)\n(?<code>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Block();
}
