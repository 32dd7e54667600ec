using System.Text;
using SharedModels.Vision.QrCodes.Decoding;

namespace SharedModels.Vision.Tests.QrCodes.Decoding;

public class QrContentTests
{
    private readonly QrBitWriter _data = new();

    [Theory]
    [InlineData("7")]
    [InlineData("42")]
    [InlineData("007")]
    [InlineData("0123456789012345")]
    public void Digits_are_read(string digits) => Assert.Equal(digits, Read(_data.Digits(digits)));

    [Theory]
    [InlineData("A")]
    [InlineData("HTTP://EXAMPLE.COM/A-Z")]
    [InlineData("0% $*+-./: 9")]
    public void Alphanumeric_text_is_read(string text) => Assert.Equal(text, Read(_data.Alphanumeric(text)));

    [Fact]
    public void Bytes_are_utf8_if_they_can_be() => Assert.Equal("Phượng", Read(_data.Bytes(Encoding.UTF8.GetBytes("Phượng"))));

    [Fact]
    public void Bytes_are_latin_1_otherwise() => Assert.Equal("Köln", Read(_data.Bytes(Encoding.Latin1.GetBytes("Köln"))));

    [Fact]
    public void Kanji_are_read() => Assert.Equal("点茗熙日本", Read(_data.Kanji("点茗熙日本")));

    [Fact]
    public void Hanzi_are_read() => Assert.Equal("阿中国银行。", Read(_data.Hanzi("阿中国银行。")));

    [Fact]
    public void Segments_of_all_modes_follow_each_other() => Assert.Equal(
        "12345 ABC grün 日本 67",
        Read(_data.Digits("12345").Alphanumeric(" ABC ").Bytes(Encoding.UTF8.GetBytes("grün ")).Kanji("日本").Alphanumeric(" 67")));

    [Fact]
    public void Encoding_is_guessed_from_all_bytes_and_not_from_those_of_one_segment() => Assert.Equal(
        "ü1234567ü",
        Read(_data.Bytes(0xC3).Bytes(0xBC).Digits("1234567").Bytes(Encoding.UTF8.GetBytes("ü"))));

    [Fact]
    public void Bytes_next_to_kanji_are_shift_jis() =>
        Assert.Equal("ﾃﾞｻﾞｲﾝ入り", Read(_data.Bytes(QrText.ShiftJis.GetBytes("ﾃﾞｻﾞｲﾝ")).Kanji("入り")));

    [Theory]
    [InlineData(3, 28591, "Grüße")]
    [InlineData(4, 28592, "Łódź")]
    [InlineData(7, 28595, "Привет")]
    [InlineData(17, 28605, "5 €")]
    [InlineData(20, 932, "日本語")]
    [InlineData(22, 1251, "Привет мир")]
    [InlineData(25, 1201, "Hello Ω")]
    [InlineData(26, 65001, "日本語 – ελληνικά")]
    [InlineData(29, 54936, "中国银行 abc")]
    public void Designated_encoding_is_used(int number, int codePage, string text)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage);

        Assert.Equal(text, Read(_data.Eci(number).Bytes(encoding.GetBytes(text))));
    }

    [Fact]
    public void Designated_encoding_holds_until_the_next() => Assert.Equal(
        "Привет 12 Köln",
        Read(_data.Eci(22).Bytes(0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2).Alphanumeric(" 12 ").Eci(3).Bytes(Encoding.Latin1.GetBytes("Köln"))));

    [Theory]
    [InlineData(899)]
    [InlineData(20000)]
    public void Encoding_that_is_not_known_is_guessed(int number) =>
        Assert.Equal("Köln", Read(_data.Eci(number).Bytes(Encoding.Latin1.GetBytes("Köln"))));

    [Fact]
    public void Digits_after_a_number_that_is_not_known_are_guessed_with_the_bytes() => Assert.Equal(
        "Ã¼42ö",
        Read(_data.Eci(899).Bytes(Encoding.UTF8.GetBytes("ü")).Digits("42").Bytes(Encoding.Latin1.GetBytes("ö"))));

    [Fact]
    public void Every_number_of_an_encoding_has_one_or_none()
    {
        for (var number = 0; number < 1000; number++)
            Assert.NotEqual("", QrText.OfEci(number)?.EncodingName);
    }

    [Fact]
    public void Percent_separates_fields_after_the_function_character() => Assert.Equal(
        "01049123451234591\u001D10%AB",
        Read(_data.Bits(QrMode.FunctionFirst, 4).Alphanumeric("01049123451234591%10%%AB")));

    [Fact]
    public void Application_after_the_second_function_character_is_not_text() =>
        Assert.Equal("A1", Read(_data.Bits(QrMode.FunctionSecond, 4).Bits(37, 8).Alphanumeric("A1")));

    [Fact]
    public void Part_of_a_sequence_has_the_text_of_the_part() =>
        Assert.Equal("PART", Read(_data.Bits(QrMode.StructuredAppend, 4).Bits(0x13, 8).Bits(99, 8).Alphanumeric("PART")));

    [Fact]
    public void Part_of_a_sequence_has_its_place()
    {
        var data = _data.Bits(QrMode.StructuredAppend, 4).Bits(0x13, 8).Bits(99, 8).Alphanumeric("PART").ToArray();

        Assert.Equal(new QrStructuredAppend(1, 4, 99), QrContent.Read(data, 1)!.StructuredAppend);
        Assert.Null(QrContent.Read(new QrBitWriter().Alphanumeric("WHOLE").ToArray(), 1)!.StructuredAppend);
    }

    [Fact]
    public void Truncated_position_gives_no_text() => Assert.Null(QrContent.Read([0x31, 0x30], 1));

    [Fact]
    public void Character_that_is_divided_between_two_codes_is_read()
    {
        var first = QrContent.Read(_data.Bytes(0xC3).ToArray(), 1)!;
        var second = QrContent.Read(new QrBitWriter().Bytes(0xBC, (byte)'!').ToArray(), 1)!;

        Assert.Equal("ü!", QrContent.Join([first, second]).Text);
    }

    [Fact]
    public void Bytes_are_those_of_all_segments()
    {
        var content = QrContent.Read(_data.Digits("12").Bytes(0, 0xFF).Kanji("日").ToArray(), 1)!;

        Assert.Equal([(byte)'1', (byte)'2', 0, 0xFF, .. QrText.ShiftJis.GetBytes("日")], content.Bytes);
    }

    [Fact]
    public void Data_after_the_end_is_not_text() => Assert.Equal("A", Read(_data.Alphanumeric("A").Bits(0, 4).Digits("123")));

    [Fact]
    public void Data_without_an_end_are_whole() =>
        Assert.Equal("AB", QrContent.Read(_data.Alphanumeric("AB").ToArray().AsSpan(0, 3), 1)?.Text);

    [Fact]
    public void Truncated_segment_gives_no_text()
    {
        Assert.Null(QrContent.Read(_data.Bytes(1, 2, 3, 4).ToArray().AsSpan(0, 4), 1));
        Assert.Null(QrContent.Read([0x7F], 1));
    }

    [Fact]
    public void Data_truncated_anywhere_gives_the_preceding_text_or_none()
    {
        var data = _data.Bits(QrMode.StructuredAppend, 4).Bits(0x13, 8).Bits(99, 8)
            .Eci(899).Bits(QrMode.FunctionSecond, 4).Bits(37, 8).Digits("12345").Alphanumeric("A%BC").Eci(20000).Hanzi("中国").Kanji("日本")
            .Eci(26).Bytes(Encoding.UTF8.GetBytes("grün")).ToArray();
        var whole = QrContent.Read(data, 1)!.Text;

        for (var length = 0; length < data.Length; length++)
        {
            var text = QrContent.Read(data.AsSpan(0, length), 1)?.Text;
            Assert.True(text is null || whole.StartsWith(text, StringComparison.Ordinal), text);
        }
    }

    [Fact]
    public void Encoding_number_without_a_length_gives_no_text() =>
        Assert.Null(Read(_data.Bits(QrMode.Eci, 4).Bits(0b1110_0000, 8).Alphanumeric("A")));

    [Theory]
    [InlineData(6)]
    [InlineData(15)]
    public void Unknown_mode_gives_no_text(int mode) => Assert.Null(Read(_data.Bits(mode, 4).Bits(0, 30)));

    [Fact]
    public void Pair_beyond_the_alphabet_gives_no_text() => Assert.Null(Read(_data.Bits(QrMode.Alphanumeric, 4).Bits(2, 9).Bits(2047, 11)));

    [Fact]
    public void Any_data_gives_a_text_or_none()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);

            _ = QrContent.Read(bytes, random.Next(1, 41))?.Text;
        }
    }

    private static string? Read(QrBitWriter data) => QrContent.Read(data.ToArray(), 1)?.Text;
}
