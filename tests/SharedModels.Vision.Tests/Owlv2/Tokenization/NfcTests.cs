using System.Text;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

/// <summary>Tests the kinds of cases in Unicode's NormalizationTest.txt.</summary>
public sealed class NfcTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u00e9", "\u00e9")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u2126", "\u03a9")]
    [InlineData("\u1e0a\u0323", "\u1e0c\u0307")]
    [InlineData("D\u0307\u0323", "\u1e0c\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u1e69", "\u1e69")]
    [InlineData("s\u0307\u0323", "\u1e69")]
    [InlineData("a\u0315\u0300\u05ae\u0300b", "\u00e0\u05ae\u0300\u0315b")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u1100\u1161", "\uac00")]
    [InlineData("\u1100\u1161\u11a8", "\uac01")]
    [InlineData("\uac00\u11a8", "\uac01")]
    [InlineData("\uac01\u11a8", "\uac01\u11a8")]
    [InlineData("\u1100\u0301\u1161", "\u1100\u0301\u1161")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("e\u0301\u0301", "\u00e9\u0301")]
    [InlineData("\U0001d15e", "\U0001d157\U0001d165")]
    [InlineData("\U00011099\U000110ba", "\U0001109a")]
    [InlineData("\u0b47\u0300\u0b3e", "\u0b47\u0300\u0b3e")]
    [InlineData("\ufb01", "\ufb01")]
    [InlineData("\u1fbe", "\u03b9")]
    public void A_text_is_composed(string text, string expected) => Assert.Equal(expected, Normalize(text));

    [Fact]
    public void Normalizing_twice_changes_nothing_more()
    {
        var random = new Random(3);
        var pool = Enumerable.Range(0x41, 26).Concat(Enumerable.Range(0x300, 0x50)).Concat(Enumerable.Range(0x1e00,
            0x100)).Concat(Enumerable.Range(0x1100, 0x80)).Concat(Enumerable.Range(0xac00, 60)).ToArray();
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, 8).Select(_ => char.ConvertFromUtf32(pool[random.Next(pool.Length)])));
            Assert.Equal(Normalize(text), Normalize(Normalize(text)));
        }
    }

    private static string Normalize(string text) => string.Concat(Nfc.Normalize(text).Select((Rune rune) => rune.ToString()));
}
