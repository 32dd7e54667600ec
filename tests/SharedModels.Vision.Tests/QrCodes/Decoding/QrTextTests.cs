using System.Text;
using SharedModels.Vision.QrCodes.Decoding;

namespace SharedModels.Vision.Tests.QrCodes.Decoding;

public class QrTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain ASCII")]
    [InlineData("Phượng")]
    [InlineData("日本語 – ελληνικά – 😀")]
    [InlineData("nul \0 within")]
    public void Utf8_is_read_as_such(string text) => Assert.Equal(text, QrText.Decode(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("点字 QR")]
    [InlineData("日本語テキスト")]
    public void Shift_jis_is_read_if_it_is_not_utf8(string text)
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(932)!.GetBytes(text);

        Assert.Equal(text, QrText.Decode(bytes));
    }

    [Theory]
    [InlineData("Grüße aus Köln")]
    [InlineData("½ £ ©")]
    [InlineData("façade")]
    [InlineData("très élevé, à l'été")]
    public void Everything_else_is_latin_1(string text) => Assert.Equal(text, QrText.Decode(Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("ﾃﾞｻﾞｲﾝQR\r\nhttp://d-qr.net/ex/")]
    [InlineData("<ﾃﾞｻﾞｲﾝQR> \r\nｲﾗｽﾄ入りｶﾗｰQRｺｰﾄﾞ\r\nhttp://d-qr.net/ex/ ")]
    [InlineData("ｺｰﾄﾞ")]
    [InlineData("ﾊﾟｿｺﾝ")]
    [InlineData("ｶﾗｰ 12")]
    [InlineData("TEL:ﾖﾔｸ ﾀﾞｲﾔﾙ")]
    public void Half_width_katakana_are_shift_jis(string text) => Assert.Equal(text, QrText.Decode(QrText.ShiftJis.GetBytes(text)));

    [Theory]
    [InlineData("ÄÖÜ")]
    [InlineData("«Äpfel»")]
    [InlineData("ÍÞRÓTTIR")]
    [InlineData("ÀÉÈÙ")]
    [InlineData("¿QUÉ?")]
    [InlineData("25 °C ± 1")]
    [InlineData("½¾¼")]
    [InlineData("GRÖSSE")]
    public void Words_in_capitals_are_not_katakana(string text) => Assert.Equal(text, QrText.Decode(Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void Lead_byte_at_the_end_is_not_shift_jis() => Assert.Equal("a‚", QrText.Decode([(byte)'a', 0x82]));

    [Fact]
    public void Pair_that_shift_jis_does_not_define_is_windows_1252() => Assert.Equal("‚ ", QrText.Decode([0x82, 0x20]));

    [Fact]
    public void Guess_has_no_control_characters_beyond_those_of_ascii()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(1, 8)];
            random.NextBytes(bytes);

            var text = QrText.Decode(bytes, isJapanese: i % 2 == 0);

            Assert.False(text.AsSpan().ContainsAnyInRange('\u0080', '\u009F'), Convert.ToHexString(bytes));
        }
    }

    [Theory]
    [InlineData(12, "Ŧĸŋ Đđ ―", "AB FF BF 20 A9 B9 20 BD")]
    [InlineData(16, "Ŵŷ Ẁỳ", "D0 FE 20 A8 BC")]
    [InlineData(18, "€ Șș Œœ", "A4 20 AA BA 20 BC BD")]
    public void Parts_of_iso_8859_that_dotnet_lacks_are_known(int eci, string text, string bytes) =>
        Assert.Equal(text, QrText.OfEci(eci)!.GetString(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal))));

    // AIM ITS/04-023: all numbers except 14 (never published), 899 (binary) and 19 (not assigned).
    [Fact]
    public void Every_registered_number_has_an_encoding()
    {
        int[] registered = [.. Enumerable.Range(0, 36).Except([14, 19]), 170];
        Assert.All(registered, static number => Assert.NotNull(QrText.OfEci(number)));
        Assert.Null(QrText.OfEci(14));
        Assert.Null(QrText.OfEci(899));
    }

    [Fact]
    public void Any_bytes_give_a_text()
    {
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(1, 12)];
            random.NextBytes(bytes);

            Assert.NotEmpty(QrText.Decode(bytes));
        }
    }
}
