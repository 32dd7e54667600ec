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
    public void Shift_jis_is_read_where_it_is_no_utf8(string text)
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

    [Fact]
    public void Lead_byte_at_the_end_is_no_shift_jis() => Assert.Equal("a\u0082", QrText.Decode([(byte)'a', 0x82]));

    [Fact]
    public void Pair_that_shift_jis_does_not_define_is_latin_1() => Assert.Equal("\u0082 ", QrText.Decode([0x82, 0x20]));

    [Fact]
    public void Any_bytes_become_some_text()
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
