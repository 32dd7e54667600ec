using System.Text;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Decodes the parts of ISO/IEC 8859 that .NET lacks: ASCII, control characters, and 96 characters from A0 on.</summary>
internal sealed class SingleByteEncoding(string name, string upper) : Encoding
{
    private const int Upper = 0xA0;

    /// <summary>ISO/IEC 8859-10, Nordic.</summary>
    public static SingleByteEncoding Part10 { get; } = new(
        "iso-8859-10",
        "\u00A0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00ADŪŊ°ąēģīĩķ·ļđšŧž―ūŋ"
        + "ĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞßāáâãäåæįčéęëėíîïðņōóôõöũøųúûüýþĸ");

    /// <summary>ISO/IEC 8859-14, Celtic.</summary>
    public static SingleByteEncoding Part14 { get; } = new(
        "iso-8859-14",
        "\u00A0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00AD®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡ"
        + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶßàáâãäåæçèéêëìíîïŵñòóôõöṫøùúûüýŷÿ");

    /// <summary>ISO/IEC 8859-16, South-Eastern European.</summary>
    public static SingleByteEncoding Part16 { get; } = new(
        "iso-8859-16",
        "\u00A0ĄąŁ€„Š§š©Ș«Ź\u00ADźŻ°±ČłŽ”¶·žčș»ŒœŸż"
        + "ÀÁÂĂÄĆÆÇÈÉÊËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚßàáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ");

    public override string EncodingName => name;

    public override string WebName => name;

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (var i = 0; i < byteCount; i++)
        {
            var value = bytes[byteIndex + i];
            chars[charIndex + i] = value < Upper ? (char)value : upper[value - Upper];
        }

        return byteCount;
    }

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetByteCount(char[] chars, int index, int count) =>
        throw new NotSupportedException("This encoding only supports decoding.");

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        throw new NotSupportedException("This encoding only supports decoding.");
}
