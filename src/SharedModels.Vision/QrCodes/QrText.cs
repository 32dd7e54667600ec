using System.Text;

namespace SharedModels.Vision.QrCodes;

/// <summary>Makes text of a code's bytes.</summary>
/// <remarks>
/// Codes rarely say their encoding. Bytes that are valid UTF-8 are taken as such; else as Shift-JIS if they can be that and one of its
/// characters begins with 81 to 9F, which Latin-1 leaves to control characters (E0 to EF alone prove nothing: "façade" would be a word with
/// a kanji); else as Latin-1, the standard's own default. Where a code names its encoding (ECI), libzbar has made UTF-8 of it already.
/// </remarks>
internal static class QrText
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding ShiftJis =
        CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (TryDecode(Utf8, bytes) is { } text)
            return text;
        return (IsShiftJis(bytes) ? TryDecode(ShiftJis, bytes) : null) ?? Encoding.Latin1.GetString(bytes);
    }

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
