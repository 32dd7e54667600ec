using System.Text.RegularExpressions;

namespace SharedModels.Packages.Tests;

/// <summary>Compiles and publishes projects that use the packages.</summary>
[LongRunning(minutes: 4)]
public sealed partial class PublishTests
{
    private readonly PackageFeed _feed = PackageFeed.Shared;

    [Theory]
    [InlineData("win-x64", "libSkiaSharp.dll")]
    [InlineData("osx-arm64", "libSkiaSharp.dylib")]
    [InlineData("linux-arm64", "libSkiaSharp.so")]
    [InlineData("linux-musl-x64", "libSkiaSharp.so")]
    public void An_application_with_Vision_can_be_published_for(string platform, string library)
    {
        _feed.Run("Vision", $"publish --nologo --runtime {platform} --no-self-contained --output {platform}");
        Assert.True(File.Exists(_feed.PathOf($"Vision/{platform}/{library}")));
    }

    [Fact]
    public void The_packed_analyzers_report_mistakes_where_they_are()
    {
        var (status, output) = _feed.TryRun("Mistakes", "build --nologo");
        var shown = Diagnostics()
            .Matches(output)
            .Select(static match => $"{match.Groups["file"].Value}({match.Groups["line"].Value}): {match.Groups["id"].Value}")
            .ToHashSet();
        Assert.True(status != 0 && shown.Count > 0, output);

        // Comments in the sources name the expected diagnostics. A diagnostic about two libraries has no location.
        var expected = _feed.ReadLines("Mistakes/*.cs")
            .Select(static line => (line.File, line.Number, Id: Expected().Match(line.Text)))
            .Where(static line => line.Id.Success)
            .Select(static line => $"{line.File}({line.Number}): {line.Id.Groups["id"].Value}")
            .Concat(["(): SHM020", "(): SHM021"]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [LinkerFact]
    public void A_program_that_is_compiled_ahead_of_time_runs_without_warnings()
    {
        var output = _feed.Run("Aot", "publish --nologo --output out");
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith(
            "Hello, world\nHealthy 3\n", _feed.RunPublished("Aot", "out/Aot").ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"// (?<id>SHM\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Expected();

    [GeneratedRegex(
        @"((?<file>\w+)\.cs\((?<line>\d+),\d+\)|CSC)\s*: (error|warning) (?<id>SHM\d+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Diagnostics();
}
