using System.Text.RegularExpressions;

namespace SharedModels.Generators.Tests.Style;

/// <summary>Checks the documents: their links lead somewhere, and the README stays short.</summary>
public sealed partial class DocumentTests
{
    private const string Repository = "https://github.com/sharedmodels/sharedmodels/blob/main/";
    private const string RawFiles = "https://raw.githubusercontent.com/sharedmodels/sharedmodels/main/";

    // Tables and addresses cannot be wrapped.
    private const int MaxWidth = 160;

    public static TheoryData<string> Documents =>
    [
        "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md",
        .. ((string[])["src", "generators", "samples", "eng"]).SelectMany(static folder => RepositoryFiles.List(folder, ".md")),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Each_link_within_the_repository_leads_to_a_file_and_a_heading(string document) =>
        Assert.DoesNotContain(LinksOf(document), link => !Exists(document, link));

    [Theory]
    [MemberData(nameof(Documents))]
    public void No_line_of_prose_is_wider_than_its_neighbors(string document) => Assert.DoesNotContain(
        Prose.Of(document, RepositoryFiles.Read(document)),
        static line => line.Text.Length > MaxWidth && line.Text[0] != '|' && !line.Text.StartsWith("![", StringComparison.Ordinal));

    [Fact]
    public void The_readme_has_at_most_900_words() =>
        Assert.InRange(RepositoryFiles.Read("README.md").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 1, 900);

    [Theory]
    [InlineData("[a](eng/docs/README.md)", true)]
    [InlineData("[a](eng/docs/configuration.md#configuration)", true)]
    [InlineData("[a](https://example.org/)", true)]
    [InlineData("[a](" + Repository + "README.md#two-commands)", true)]
    [InlineData("[a](eng/docs/none.md)", false)]
    [InlineData("[a](README.md#none)", false)]
    [InlineData("![a](" + RawFiles + "none.png)", false)]
    public void A_broken_link_is_found(string text, bool exists) =>
        Assert.Equal(exists, Links().Matches(text).All(link => Exists("README.md", link.Groups["target"].Value)));

    private static IEnumerable<string> LinksOf(string document) =>
        Links().Matches(RepositoryFiles.Read(document)).Select(static link => link.Groups["target"].Value);

    private static bool Exists(string document, string link)
    {
        var isAbsolute = link.Contains("://", StringComparison.Ordinal);
        var path = link.Replace(Repository, "", StringComparison.Ordinal).Replace(RawFiles, "", StringComparison.Ordinal);
        if (path.Contains("://", StringComparison.Ordinal))
            return true;
        var parts = path.Split('#');
        var folder = isAbsolute ? "" : Path.GetDirectoryName(document)!;
        var file = parts[0].Length == 0 ? document : Path.Combine(folder, parts[0]);
        return Path.Exists(Path.Combine(RepositoryFiles.Root, file))
            && (parts.Length == 1 || Headings().Matches(RepositoryFiles.Read(file)).Any(heading => AnchorOf(heading) == parts[1]));
    }

    // As GitHub makes it of a heading.
    private static string AnchorOf(Match heading) =>
        NotInAnchors().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Links();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex NotInAnchors();
}
