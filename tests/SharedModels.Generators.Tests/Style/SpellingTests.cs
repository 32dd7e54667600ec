using System.Diagnostics;

namespace SharedModels.Generators.Tests.Style;

/// <summary>Checks the spelling of everything that people write. The words of the project are in <c>eng/prose</c>.</summary>
[LongRunning(minutes: 5)]
public sealed class SpellingTests
{
    private static readonly string[] Documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];

    [SpellingFact]
    public async Task All_words_are_spelled_correctly()
    {
        var files = ((string[])["src", "generators", "samples", "tests", "eng", ".github"])
            .SelectMany(static folder => RepositoryFiles.List(folder, ".cs", ".md", ".html", ".js", ".sh", ".yml"))
            .Concat(Documents);
        Assert.Equal((0, ""), await CheckAsync(files));
    }

    [SpellingFact]
    public async Task A_misspelled_word_is_found()
    {
        var file = Path.Combine(RepositoryFiles.Root, "eng/prose", $"{Guid.NewGuid():N}.md");
        await File.WriteAllTextAsync(file, "A leasse is relesed.\n");
        try
        {
            var (code, words) = await CheckAsync([file]);
            Assert.NotEqual(0, code);
            Assert.Equal("leasse\nrelesed\n", words.ReplaceLineEndings("\n"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Code, string Words)> CheckAsync(IEnumerable<string> files)
    {
        var start = new ProcessStartInfo(
            Path.Combine(RepositoryFiles.Root, SpellingFactAttribute.Program),
            [
                "lint", "--config", "eng/prose/cspell.json", "--root", ".", "--no-progress", "--no-summary", "--words-only", "--unique",
                .. files,
            ])
        {
            WorkingDirectory = RepositoryFiles.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var words = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, words);
    }
}
