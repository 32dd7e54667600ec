using System.Text;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

/// <summary>Tests the guarantees of Unicode's normalization form C for every text.</summary>
public sealed class NfcPropertyTests
{
    // Marks and their canonical combining classes, from UnicodeData.txt.
    private static readonly (int Rune, int Class)[] Marks =
        [(0x300, 230), (0x301, 230), (0x323, 220), (0x331, 220), (0x327, 202), (0x334, 1), (0x315, 232), (0x5b0, 10), (0x345, 240)];

    [Fact]
    public void Every_hangul_syllable_is_composed_of_its_letters()
    {
        for (var syllable = 0xac00; syllable <= 0xd7a3; syllable++)
        {
            var index = syllable - 0xac00;
            var letters = new StringBuilder().Append((char)(0x1100 + index / 588)).Append((char)(0x1161 + index % 588 / 28));
            if (index % 28 > 0)
                letters.Append((char)(0x11a7 + index % 28));
            Assert.Equal(((char)syllable).ToString(), Normalize(letters.ToString()));
        }
    }

    [Fact]
    public void Text_without_marks_is_left_as_it_is()
    {
        for (var rune = 0; rune < 0x300; rune++)
            Assert.Equal(((char)rune).ToString(), Normalize(((char)rune).ToString()));
        Assert.Equal("", Normalize(""));
    }

    [Fact]
    public void The_order_of_marks_of_different_classes_does_not_matter()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            // One mark of each class, so that the order does not matter.
            var marks = Marks.GroupBy(m => m.Class).Select(g => g.ElementAt(random.Next(g.Count())).Rune).ToArray();
            random.Shuffle(marks);
            var some = marks[..random.Next(1, marks.Length)];
            var letter = "aeoqsz"[random.Next(6)].ToString();
            var expected = Normalize(letter + Text(some));
            random.Shuffle(some);
            Assert.Equal(expected, Normalize(letter + Text(some)));
        }
    }

    [Fact]
    public void The_order_of_marks_of_one_class_matters()
    {
        Assert.NotEqual(Normalize("q\u0300\u0301"), Normalize("q\u0301\u0300"));
        Assert.Equal("q\u0300\u0301", Normalize("q\u0300\u0301"));
        Assert.Equal("q\u0301\u0300", Normalize("q\u0301\u0300"));
    }

    [Fact]
    public void Remaining_marks_are_in_the_order_of_their_classes()
    {
        var classes = Marks.ToDictionary(m => m.Rune, m => m.Class);
        var random = new Random(6);
        for (var i = 0; i < 500; i++)
        {
            var marks = random.GetItems(Marks, random.Next(1, 10)).Select(m => m.Rune).ToArray();
            var left = Nfc.Normalize("q" + Text(marks)).Select(r => classes.GetValueOrDefault(r.Value)).Skip(1).ToList();
            Assert.Equal(left.Order(), left);
            Assert.Equal(marks.Length, left.Count);
        }
    }

    [Fact]
    public void Texts_split_at_a_letter_can_be_normalized_separately()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var (left, right) = ("q" + Some(), "x" + Some());
            Assert.Equal(Normalize(left) + Normalize(right), Normalize(left + right));
        }

        string Some() => Text([.. random.GetItems(Marks, random.Next(5)).Select(m => m.Rune)]);
    }

    [Theory]
    [InlineData("A\u030a", "\u00c5")]
    [InlineData("o\u0302\u0303", "\u1ed7")]
    [InlineData("o\u0323\u0302", "\u1ed9")]
    [InlineData("o\u0302\u0323", "\u1ed9")]
    [InlineData("u\u031b\u0309", "\u1eed")]
    [InlineData("\u03b1\u0313\u0301\u0345", "\u1f84")]
    [InlineData("\u0438\u0306", "\u0439")]
    [InlineData("\u304b\u3099", "\u304c")]
    [InlineData("\u0928\u093c", "\u0929")]
    [InlineData("\u05e9\u05c1", "\u05e9\u05c1")]
    [InlineData("\u2adc", "\u2add\u0338")]
    [InlineData("\uf900", "\u8c48")]
    [InlineData("\u00bd\u00b2", "\u00bd\u00b2")]
    public void Known_pairs(string text, string expected) => Assert.Equal(expected, Normalize(text));

    private static string Text(int[] runes) => string.Concat(runes.Select(char.ConvertFromUtf32));

    private static string Normalize(string text) => string.Concat(Nfc.Normalize(text).Select(r => r.ToString()));
}
