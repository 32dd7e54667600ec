using System.Text;
using SharedModels.Vision.QrCodes.Decoding;

namespace SharedModels.Vision.Tests.QrCodes.Decoding;

/// <summary>Tests codes that ZXing.Net's own decoder rejects or misreads, because it does not know their encoding or function.</summary>
public class CodeDecoderEciTests
{
    private readonly QrBitWriter _data = new();

    // The bytes were created with Python's codecs.
    public static TheoryData<int, string, string> Registered => new()
    {
        { 0, "àé½ ╬ α", "8582AB20CE20E0" },
        { 1, "Grüße", "4772FCDF65" },
        { 2, "Éñ ▓ π", "90A420B220E3" },
        { 3, "façade", "6661E7616465" },
        { 4, "Łódź", "A3F364BC" },
        { 5, "Ĝis ĉi", "D8697320E669" },
        { 6, "ąķēŧ", "B1F3BABC" },
        { 7, "Привет", "BFE0D8D2D5E2" },
        { 8, "سلام", "D3E4C7E5" },
        { 9, "Ωμέγα", "D9ECDDE3E1" },
        { 10, "שלום", "F9ECE5ED" },
        { 11, "İstanbul ğ", "DD7374616E62756C20F0" },
        { 12, "Ŋ đ ĸ", "AF20B920FF" },
        { 13, "สวัสดี", "CAC7D1CAB4D5" },
        { 15, "Šiauliai ų", "D06961756C69616920F8" },
        { 16, "Ŵŷ ḃ", "D0FE20A2" },
        { 17, "5 € œ", "3520A420BD" },
        { 18, "Țară €", "DE6172E320A4" },
        { 20, "日本語ｶﾅ", "93FA967B8CEAB6C5" },
        { 21, "Příliš žluť", "50F8ED6C699A209E6C759D" },
        { 22, "Привет мир", "CFF0E8E2E5F220ECE8F0" },
        { 23, "“5 €”", "9335208094" },
        { 24, "سلام پ", "D3E1C7E32081" },
        { 25, "Hello Ω", "00480065006C006C006F002003A9" },
        { 26, "日本 ü 😀", "E697A5E69CAC20C3BC20F09F9880" },
        { 27, "plain", "706C61696E" },
        { 28, "中文測試", "A4A4A4E5B4FAB8D5" },
        { 29, "中国银行", "D6D0B9FAD2F8D0D0" },
        { 30, "한국어", "C7D1B1B9BEEE" },
        { 31, "中國銀行", "D6D087F8E379D0D0" },
        { 32, "中国😀ü", "D6D0B9FA9439FC36A8B9" },
        { 33, "Ω 日本", "A9032000E5652C67" },
        { 34, "Ω😀", "000003A90001F600" },
        { 35, "Ω😀", "A903000000F60100" },
        { 170, "invariant", "696E76617269616E74" },
    };

    [Theory]
    [MemberData(nameof(Registered))]
    public void Designated_encoding_of_every_registered_number_is_used(int number, string text, string bytes)
    {
        var content = Read(_data.Eci(number).Bytes(Convert.FromHexString(bytes)));

        Assert.Equal(text, content?.Text);
        Assert.Equal(bytes, Convert.ToHexString(content!.Bytes));
    }

    [Fact]
    public void Every_registered_number_is_tried() => Assert.Equal(
        Enumerable.Range(0, 1000).Where(static number => QrText.OfEci(number) is not null),
        Registered.Select(static row => (int)row[0]));

    [Theory]
    [InlineData(14)]
    [InlineData(19)]
    [InlineData(36)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(899)]
    [InlineData(16383)]
    [InlineData(16384)]
    [InlineData(999999)]
    public void Unknown_number_is_read_like_none(int number)
    {
        var bytes = Encoding.UTF8.GetBytes("Grüße");

        // The first character is split between two segments. The encoding of all bytes is guessed together.
        var content = Read(_data.Eci(number).Bytes(0xC3).Bytes([0xBC, .. bytes]).Digits("42").Bytes(bytes));

        Assert.Equal("üGrüße42Grüße", content?.Text);
        Assert.Equal(Encoding.UTF8.GetBytes("üGrüße42Grüße"), content!.Bytes);
    }

    [Fact]
    public void Each_segment_has_the_encoding_that_was_designated_last() => Assert.Equal(
        "Привет 42 日本 Köln Łódź",
        Read(_data
            .Eci(22).Bytes(0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2).Alphanumeric(" 42 ")
            .Eci(33).Bytes(0xE5, 0x65, 0x2C, 0x67, 0x20, 0)
            .Eci(899).Bytes(Encoding.Latin1.GetBytes("Köln "))
            .Eci(4).Bytes(0xA3, 0xF3, 0x64, 0xBC))?.Text);

    [Fact]
    public void Percent_separates_fields_after_the_first_function_character() => Assert.Equal(
        "0104912345\u001D10%AB\u001D%",
        Read(_data.Bits(QrMode.FunctionFirst, 4).Digits("0104912345").Alphanumeric("%10%%AB").Bytes((byte)'\u001D', (byte)'%'))?.Text);

    [Theory]
    [InlineData(0)]
    [InlineData(37)]
    [InlineData(99)]
    [InlineData('A' + 100)]
    [InlineData('z' + 100)]
    public void Application_after_the_second_function_character_is_skipped(int application) => Assert.Equal(
        "A\u001D1%ü",
        Read(_data.Bits(QrMode.FunctionSecond, 4).Bits(application, 8).Alphanumeric("A%1%%").Bytes(0xC3, 0xBC))?.Text);

    [Fact]
    public void Place_encoding_and_function_go_together()
    {
        var content = Read(_data
            .Bits(QrMode.StructuredAppend, 4).Bits(0x25, 8).Bits(99, 8)
            .Eci(32).Bits(QrMode.FunctionSecond, 4).Bits(37, 8)
            .Alphanumeric("A%").Hanzi("中国").Kanji("日本").Bytes(0x94, 0x39, 0xFC, 0x36));

        Assert.Equal("A\u001D中国日本😀", content?.Text);
        Assert.Equal(new QrStructuredAppend(2, 6, 99), content!.StructuredAppend);
    }

    private static QrContent? Read(QrBitWriter data) => CodeDecoder.Read(DrawnCode.OfData(data), out _);
}
