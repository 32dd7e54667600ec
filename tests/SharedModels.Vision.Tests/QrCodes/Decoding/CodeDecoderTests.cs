using System.Text;
using SharedModels.Vision.QrCodes.Decoding;
using SharedModels.Vision.QrCodes.Filtering;
using ZXing.QrCode.Internal;

namespace SharedModels.Vision.Tests.QrCodes.Decoding;

public class CodeDecoderTests
{
    public static TheoryData<string, string> Kinds => new()
    {
        { "digits", "0123456789" },
        { "alphanumeric", "HTTPS://EXAMPLE.ORG/$%*+-./:" },
        { "UTF-8", "grün – 日本語 – 😀" },
        { "Latin-1", "Grüße aus Köln" },
        { "kanji", "日本語" },
        { "hanzi", "中国银行" },
        { "ECI", "Привет мир" },
        { "mixed", "12345-ABC grün 日本 67" },
        { "function", "0104912345\u001D10" },
        { "part", "PART 1 OF 4" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Code_of_every_kind_is_read_from_an_image(string kind, string text)
    {
        var data = new QrBitWriter();
        _ = kind switch
        {
            "digits" => data.Digits(text),
            "alphanumeric" => data.Alphanumeric(text),
            "UTF-8" => data.Bytes(Encoding.UTF8.GetBytes(text)),
            "Latin-1" => data.Bytes(Encoding.Latin1.GetBytes(text)),
            "kanji" => data.Kanji(text),
            "hanzi" => data.Hanzi(text),
            "ECI" => data.Eci(22).Bytes(CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(text)),
            "mixed" => data.Digits("12345").Alphanumeric("-ABC ").Bytes(Encoding.UTF8.GetBytes("grün ")).Kanji("日本").Alphanumeric(" 67"),
            "function" => data.Bits(QrMode.FunctionFirst, 4).Alphanumeric("0104912345%10"),
            _ => data.Bits(QrMode.StructuredAppend, 4).Bits(3, 8).Bits(77, 8).Alphanumeric(text),
        };

        var image = DrawnCode.Enlarge(DrawnCode.OfData(data), 4);

        Assert.Equal(text, Assert.Single(new QrReader().Detect(Camera.ToRgb(image))).Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(14)]
    [InlineData(21)]
    [InlineData(27)]
    [InlineData(40)]
    public void Code_of_every_size_is_read_from_an_image(int version)
    {
        var text = $"version {version}";
        var image = DrawnCode.Enlarge(DrawnCode.OfText(text, version), 3);

        var detection = Assert.Single(new QrReader().Detect(Camera.ToRgb(image)));

        Assert.Equal(text, detection.Text);
        var far = 12 + 3 * (17 + 4 * version);
        Assert.All(detection.Polygon.Zip([(12, 12), (far, 12), (far, far), (12, far)]), pair =>
        {
            Assert.InRange(pair.First.X - pair.Second.Item1, -1.5, 1.5);
            Assert.InRange(pair.First.Y - pair.Second.Item2, -1.5, 1.5);
        });
    }

    [Fact]
    public void Code_of_every_version_and_level_is_read_as_ZXing_wrote_it()
    {
        var random = new Random(40);
        for (var version = 1; version <= 40; version++)
        {
            foreach (var level in (ReadOnlySpan<ErrorCorrectionLevel>)
                [ErrorCorrectionLevel.L, ErrorCorrectionLevel.M, ErrorCorrectionLevel.Q, ErrorCorrectionLevel.H])
            {
                var text = new string([.. Enumerable.Range(0, 7 * version).Select(_ => (char)random.Next(' ', 'z'))]);

                Assert.Equal(text, CodeDecoder.Read(DrawnCode.OfText(text, level, version), out var isMirrored)?.Text);
                Assert.False(isMirrored);
            }
        }
    }

    [Fact]
    public void Damaged_code_gives_its_text_or_nothing()
    {
        var random = new Random(3);
        var read = 0;
        for (var round = 0; round < 400; round++)
        {
            var text = $"code {round}";
            var modules = DrawnCode.OfText(text, random.Next(0, 6));
            for (var flips = random.Next(0, 60); flips > 0; flips--)
                modules.Pixels[random.Next(modules.Pixels.Length)] ^= byte.MaxValue;

            var result = CodeDecoder.Read(modules, out _)?.Text;

            Assert.True(result is null || result == text, result);
            read += result is null ? 0 : 1;
        }

        Assert.InRange(read, 50, 350);
    }

    [Fact]
    public void Smallest_code_is_not_corrected_beyond_the_limit_of_the_standard()
    {
        // Three errors in the data can be corrected mathematically, but the standard limits readers to two.
        var modules = DrawnCode.OfText("ABC", ErrorCorrectionLevel.L, 1);

        Assert.Equal("ABC", Flip(2));
        Assert.Null(Flip(3));

        // Codewords in the two rightmost columns are two modules wide and four high, one above the other.
        string? Flip(int codewords)
        {
            var damaged = new GrayImage(21, 21, [.. modules.Pixels]);
            for (var i = 0; i < codewords; i++)
                damaged.Pixels[(20 - 4 * i) * 21 + 20] ^= byte.MaxValue;
            return CodeDecoder.Read(damaged, out _)?.Text;
        }
    }

    [Fact]
    public void Noise_is_not_a_code()
    {
        var random = new Random(9);
        for (var round = 0; round < 500; round++)
        {
            var side = 17 + 4 * random.Next(1, 8);
            var modules = new GrayImage(side, side, new byte[side * side]);
            for (var i = 0; i < modules.Pixels.Length; i++)
                modules.Pixels[i] = random.Next(2) == 0 ? (byte)0 : byte.MaxValue;

            Assert.Null(CodeDecoder.Read(modules, out _));
        }
    }

    [Fact]
    public void Any_data_of_a_whole_code_gives_a_text_or_none()
    {
        var random = new Random(21);
        for (var round = 0; round < 300; round++)
        {
            var data = new QrBitWriter();
            for (var i = 0; i < 108; i++)
                data.Bits(random.Next(256), 8);

            _ = CodeDecoder.Read(DrawnCode.OfData(data), out _)?.Text;
        }
    }
}
