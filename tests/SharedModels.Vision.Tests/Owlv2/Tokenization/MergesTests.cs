using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

public sealed class MergesTests : IDisposable
{
    private static readonly Dictionary<string, int> Vocabulary = new()
    {
        ["a"] = 0, ["b"] = 1, ["c"] = 2, ["ab"] = 3, ["abc"] = 4, ["bc"] = 5, ["aa"] = 6, ["aaaa"] = 7,
    };

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("a b\nb c\n", "abc", "3 2")]
    [InlineData("b c\na b\n", "abc", "0 5")]
    [InlineData("a b\nab c\n", "abcab", "4 3")]
    [InlineData("a a\n", "aaaaa", "6 6 0")]
    [InlineData("a a\naa aa\n", "aaaaa", "7 0")]
    [InlineData("#version: 0.2\na b\n\n", "abab", "3 3")]
    [InlineData("a b\n", "c", "2")]
    [InlineData("a b\n", "", "")]
    [InlineData("\n", "ab", "0 1")]
    public void The_earliest_pair_is_merged_first_and_wherever_it_occurs(string merges, string text, string expected)
    {
        File.WriteAllText(_folder.File("merges.txt"), merges);
        List<int> ids = [.. text.Select(c => Vocabulary[c.ToString()])];
        Merges.FromText(_folder.File("merges.txt"), Vocabulary).Apply(ids);
        Assert.Equal(expected, string.Join(' ', ids));
    }

    [Fact]
    public void The_longest_special_token_at_the_first_place_is_found()
    {
        var specials = new SpecialTokens(new() { ["<a>"] = (1, false), ["<a><b>"] = (2, false), ["!"] = (3, false), [""] = (4, false) });
        Assert.True(specials.TryFind("x!<a>", out var index, out var length, out var id));
        Assert.Equal((1, 1, 3), (index, length, id));
        Assert.True(specials.TryFind("x<a><b>", out index, out length, out id));
        Assert.Equal((1, 6, 2), (index, length, id));
        Assert.False(specials.TryFind("nothing", out _, out _, out _));
    }

    [Fact]
    public void Every_byte_has_a_character_of_its_own()
    {
        Assert.Equal(256, ByteAlphabet.Characters.Distinct().Count());
        Assert.Equal(('!', '~', '\u0100', '\u0120', '\u0142'), (
            ByteAlphabet.Characters['!'],
            ByteAlphabet.Characters['~'],
            ByteAlphabet.Characters[0],
            ByteAlphabet.Characters[' '],
            ByteAlphabet.Characters[160]));
        Assert.Equal(('\u00a1', '\u0143'), (ByteAlphabet.Characters[161], ByteAlphabet.Characters[173]));
    }

    public void Dispose() => _folder.Dispose();
}
