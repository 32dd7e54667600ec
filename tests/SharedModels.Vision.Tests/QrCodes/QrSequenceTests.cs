using SharedModels.Vision.QrCodes.Decoding;
using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.Tests.QrCodes.Decoding;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Tests messages that are spread over several codes.</summary>
public class QrSequenceTests
{
    // The exclusive or of the bytes of ABCD and XYZ.
    private const int Abcd = 'A' ^ 'B' ^ 'C' ^ 'D';
    private const int Xyz = 'X' ^ 'Y' ^ 'Z';

    [Fact]
    public void Message_is_combined_in_the_order_of_its_codes()
    {
        var found = Read(Part(2, 3, "DEF"), Part(0, 3, "ABC"), Part(1, 3, "123"));

        var message = Assert.Single(found.Messages);
        Assert.Equal("ABC123DEF", message.Text);
        Assert.Equal("ABC123DEF"u8.ToArray(), message.Bytes.ToArray());
        Assert.Equal(["ABC", "123", "DEF"], message.Codes.Select(code => code.Text));
        Assert.Equal(3, found.Count);
        Assert.All(found, code => Assert.Equal(3, code.StructuredAppend?.Count));
    }

    [Fact]
    public void Incomplete_message_is_left_in_parts()
    {
        var found = Read(Part(0, 3, "ABC"), Part(2, 3, "DEF"));

        Assert.Empty(found.Messages);
        Assert.Equal([0, 2], found.Select(code => code.StructuredAppend!.Value.Index).Order());
    }

    [Fact]
    public void Two_messages_are_distinguished_by_their_parity()
    {
        var found = Read(Part(0, 2, "AB", Abcd), Part(0, 2, "XY", Xyz), Part(1, 2, "CD", Abcd), Part(1, 2, "Z", Xyz));

        Assert.Equal(["ABCD", "XYZ"], found.Messages.Select(message => message.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Parts_of_different_messages_are_not_combined()
    {
        var found = Read(Part(0, 2, "AB", Abcd), Part(1, 2, "Z", Abcd));

        Assert.Empty(found.Messages);
        Assert.Equal(2, found.Count);
    }

    [Fact]
    public void Message_in_a_designated_encoding_is_combined_whatever_its_parity() =>
        Assert.Equal("ABCD", Assert.Single(Read(Part(0, 2, "AB", Xyz, eci: 26), Part(1, 2, "CD", Xyz, eci: 26)).Messages).Text);

    [Fact]
    public void Position_beyond_the_number_of_codes_is_not_a_position() =>
        Assert.Null(Assert.Single(Read(Part(9, 2, "AB"))).StructuredAppend);

    [Fact]
    public void Two_different_codes_at_one_position_give_no_message() =>
        Assert.Empty(Read(Part(0, 2, "AB"), Part(0, 2, "XY"), Part(1, 2, "CD")).Messages);

    [Fact]
    public void Code_that_is_printed_twice_is_used_once() =>
        Assert.Equal("ABCD", Assert.Single(Read(Part(0, 2, "AB"), Part(1, 2, "CD"), Part(0, 2, "AB")).Messages).Text);

    [Fact]
    public void Code_without_a_position_is_not_a_part()
    {
        var found = Read(DrawnCode.OfText("alone"), Part(0, 1, "ONLY"));

        Assert.Empty(found.Messages);
        Assert.Null(found.Single(code => code.Text == "alone").StructuredAppend);
    }

    private static GrayImage Part(int index, int count, string text, int parity = 0, int? eci = null)
    {
        var data = new QrBitWriter().Bits(QrMode.StructuredAppend, 4).Bits(index, 4).Bits(count - 1, 4).Bits(parity, 8);
        if (eci is { } number)
            data.Bits(QrMode.Eci, 4).Bits(number, 8);
        return DrawnCode.OfData(data.Alphanumeric(text));
    }

    private static QrDetections Read(params GrayImage[] codes)
    {
        const int Cell = 200;
        var sheet = new GrayImage(codes.Length * Cell, Cell, new byte[codes.Length * Cell * Cell]);
        sheet.Pixels.AsSpan().Fill(byte.MaxValue);
        for (var i = 0; i < codes.Length; i++)
            Drawing.Paste(sheet, DrawnCode.Enlarge(codes[i], 4), i * Cell, 0);
        return new QrReader().Detect(Camera.ToRgb(sheet));
    }
}
