using System.Text;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Makes text of a code's bytes.</summary>
/// <remarks>
/// Codes rarely say their encoding. Bytes that are valid UTF-8 are taken as such; else as Shift-JIS if they can be that and one of its
/// characters begins with 81 to 9F, which Latin-1 leaves to control characters (E0 to EF prove nothing: "façade" would be a word with a
/// kanji); else as Latin-1, the standard's own default.
/// </remarks>
internal static class QrText
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding StrictShiftJis =
        CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    /// <summary>The encoding of the kanji mode.</summary>
    public static Encoding ShiftJis { get; } = CodePage(932);

    /// <summary>The encoding of the hanzi mode.</summary>
    public static Encoding Gb2312 { get; } = CodePage(936);

    /// <summary>Guesses the encoding of a code's bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isJapanese">True if the code has kanji, so that its bytes are rather Shift-JIS than Latin-1.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, bool isJapanese = false)
    {
        if (TryDecode(Utf8, bytes) is { } text)
            return text;
        return (isJapanese || IsShiftJis(bytes) ? TryDecode(StrictShiftJis, bytes) : null) ?? Encoding.Latin1.GetString(bytes);
    }

    /// <summary>The encoding with a number of the ECI register; <see langword="null"/> if it is to be guessed.</summary>
    public static Encoding? OfEci(int number) => number switch
    {
        0 or 2 => CodePage(437),
        1 or 3 => Encoding.Latin1,
        // ISO 8859-2 to 8859-16. .NET has Windows' superset of 8859-11, and neither 8859-10, 8859-12, 8859-14 nor 8859-16.
        >= 4 and <= 11 => CodePage(28588 + number),
        13 => CodePage(874),
        15 => CodePage(28603),
        17 => CodePage(28605),
        20 => ShiftJis,
        21 => CodePage(1250),
        22 => CodePage(1251),
        23 => CodePage(1252),
        24 => CodePage(1256),
        25 => Encoding.BigEndianUnicode,
        26 => Encoding.UTF8,
        27 or 170 => Encoding.ASCII,
        28 => CodePage(950),
        29 or 32 => CodePage(54936),
        30 => CodePage(51949),
        31 => CodePage(936),
        33 => Encoding.Unicode,
        34 => new UTF32Encoding(bigEndian: true, byteOrderMark: false),
        35 => Encoding.UTF32,
        _ => null,
    };

    private static Encoding CodePage(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number)!;

    private static string? TryDecode(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsShiftJis(ReadOnlySpan<byte> bytes)
    {
        var isCertain = false;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80)
                continue;
            if (bytes[i] is not (>= 0x81 and <= 0x9F or >= 0xE0 and <= 0xEF))
                return false;
            isCertain |= bytes[i] <= 0x9F;
            if (++i == bytes.Length)
                return false;
        }

        return isCertain;
    }
}
