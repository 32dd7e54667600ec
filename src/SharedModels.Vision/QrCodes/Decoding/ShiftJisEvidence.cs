namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Distinguishes Shift-JIS from Latin-1. Many texts can be either.</summary>
internal static class ShiftJisEvidence
{
    private const int FewestKatakana = 3;

    /// <summary>Returns <see langword="false"/> if the bytes cannot be Shift-JIS.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isCertain">True if the bytes are unlikely to be anything else.</param>
    public static bool IsPossible(ReadOnlySpan<byte> bytes, out bool isCertain)
    {
        isCertain = false;
        for (var i = 0; i < bytes.Length;)
        {
            var katakana = LengthOfKatakana(bytes[i..]);
            if (katakana > 0)
            {
                isCertain |= IsCertainlyKatakana(bytes.Slice(i, katakana));
                i += katakana;
            }
            else if (bytes[i] < 0x80)
            {
                i++;
            }
            else if (bytes[i] is >= 0x81 and <= 0x9F or >= 0xE0 and <= 0xEF && i + 1 < bytes.Length)
            {
                // Latin-1 has control characters from 80 to 9F.
                isCertain |= bytes[i] <= 0x9F;
                i += 2;
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static int LengthOfKatakana(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.IndexOfAnyExceptInRange((byte)0xA1, (byte)0xDF);
        return length < 0 ? bytes.Length : length;
    }

    private static bool IsCertainlyKatakana(ReadOnlySpan<byte> run)
    {
        if (run.Length < FewestKatakana)
            return false;
        var hasLetter = false;
        var isNoWord = false;
        for (var i = 0; i < run.Length; i++)
        {
            hasLetter |= run[i] >= 0xC0;
            isNoWord |= i > 0 && (IsVoiced(run[i - 1], run[i]) || (i < run.Length - 1 && IsSymbol(run[i])));
        }

        return hasLetter && isNoWord;
    }

    // Dakuten follows u, ka to to and ha to ho. Handakuten follows ha to ho.
    private static bool IsVoiced(byte kana, byte mark) => mark switch
    {
        0xDE => kana is 0xB3 or >= 0xB6 and <= 0xC4 or >= 0xCA and <= 0xCE,
        0xDF => kana is >= 0xCA and <= 0xCE,
        _ => false,
    };

    // The symbols of Latin-1, except the ordinals and quotes, which occur next to letters.
    private static bool IsSymbol(byte value) => value is 0xD7 or < 0xC0 and not (0xAA or 0xAB or 0xBA or 0xBB);
}
