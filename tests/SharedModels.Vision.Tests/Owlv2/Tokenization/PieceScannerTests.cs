using System.Text;
using System.Text.RegularExpressions;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

public sealed partial class PieceScannerTests
{
    [Theory]
    [InlineData("a cat", "a|cat")]
    [InlineData("it's", "it|'s")]
    [InlineData("'re've'm'll'd't", "'re|'ve|'m|'ll|'d|'t")]
    [InlineData("'r 'l 'x", "'|r|'|l|'|x")]
    [InlineData("''s", "''|s")]
    [InlineData("year2024", "year|2|0|2|4")]
    [InlineData("half\u00bd\u2167", "half|\u00bd|\u2167")]
    [InlineData("a--b...", "a|--|b|...")]
    [InlineData("e\u0301", "e|\u0301")]
    [InlineData("\U00010428\U00010429x", "\U00010428\U00010429x")]
    [InlineData("\U0001f600\U0001f601!", "\U0001f600\U0001f601!")]
    [InlineData("\u4e2d\u6587", "\u4e2d\u6587")]
    [InlineData("a\u200bb", "a|\u200b|b")]
    [InlineData("a\u2003b", "a|b")]
    [InlineData("", "")]
    public void Text_is_cut_as_by_the_pattern(string text, string expected) => Assert.Equal(expected, string.Join('|', Scan(text)));

    [Fact]
    public void Within_the_basic_plane_the_pattern_itself_agrees()
    {
        var random = new Random(9);
        const string Alphabet = "abstrvmlde''''  01\u00e9\u0301\u00bd-.,\u4e2d\u200b\t";
        for (var i = 0; i < 500; i++)
        {
            var text = new string(random.GetItems<char>(Alphabet, 20));
            Assert.Equal(Pattern().Matches(text).Select(m => m.Value), Scan(text));
        }
    }

    private static IEnumerable<string> Scan(string text)
    {
        List<Rune> runes = [.. text.EnumerateRunes()];
        return PieceScanner.Scan(runes).Select(range => string.Concat(runes[range].Select(r => r.ToString())));
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
