using System.Text;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Decodes the bytes of a code to text.</summary>
/// <remarks>
/// <para>Codes rarely specify their encoding. Bytes without an encoding are read as the first of these that is possible:</para>
/// <list type="number">
/// <item>UTF-8, unless the text contains control characters from U+0080 on.</item>
/// <item>Shift-JIS, if a character begins with 81 to 9F, or if a sequence of three or more half-width katakana would not be a word in
/// Latin letters: it has a symbol such as ° between letters, or a voicing mark after a kana that can have one. E0 to EF are not
/// sufficient, because "façade" would be a word with a kanji. If the code contains kanji segments, no such evidence is needed.</item>
/// <item>Windows-1252, the superset of Latin-1, which is the default of the standard. Undefined bytes become U+FFFD.</item>
/// </list>
/// </remarks>
internal static class QrText
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding StrictShiftJis =
        CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    private static readonly Encoding Western = CodePage(1252);

    /// <summary>The encoding of the kanji mode.</summary>
    public static Encoding ShiftJis { get; } = CodePage(932);

    /// <summary>The encoding of the hanzi mode.</summary>
    public static Encoding Gb2312 { get; } = CodePage(936);

    /// <summary>Guesses the encoding of a code's bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isJapanese">True if the code contains kanji, so that its bytes are more likely Shift-JIS than Latin-1.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, bool isJapanese = false)
    {
        if (TryDecode(Utf8, bytes) is { } text && !text.AsSpan().ContainsAnyInRange('\u0080', '\u009F'))
            return text;
        if (ShiftJisEvidence.IsPossible(bytes, out var isCertain) && (isJapanese || isCertain)
            && TryDecode(StrictShiftJis, bytes) is { } japanese)
        {
            return japanese;
        }

        var western = Western.GetString(bytes).ToCharArray();
        for (var i = 0; i < western.Length; i++)
        {
            if (western[i] is >= '\u0080' and <= '\u009F')
                western[i] = '\uFFFD';
        }

        return new string(western);
    }

    /// <summary>
    /// Returns the encoding with a number of the ECI register, or <see langword="null"/> if the encoding must be guessed.
    /// </summary>
    public static Encoding? OfEci(int number) => number switch
    {
        0 or 2 => CodePage(437),
        1 or 3 => Encoding.Latin1,
        // ISO 8859-2 to 8859-16. .NET has Windows' superset of 8859-11, and 8859-12 was never published.
        >= 4 and <= 11 => CodePage(28588 + number),
        12 => SingleByteEncoding.Part10,
        13 => CodePage(874),
        15 => CodePage(28603),
        16 => SingleByteEncoding.Part14,
        17 => CodePage(28605),
        18 => SingleByteEncoding.Part16,
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
        34 => BigEndianUtf32,
        35 => Encoding.UTF32,
        _ => null,
    };

    private static Encoding BigEndianUtf32 { get; } = new UTF32Encoding(bigEndian: true, byteOrderMark: false);

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
}
