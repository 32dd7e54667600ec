namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>The modes of a code's segments (ISO/IEC 18004, tables 2 and 3).</summary>
internal static class QrMode
{
    public const int Terminator = 0;
    public const int Numeric = 1;
    public const int Alphanumeric = 2;
    public const int StructuredAppend = 3;
    public const int Bytes = 4;
    public const int FunctionFirst = 5;
    public const int Eci = 7;
    public const int Kanji = 8;
    public const int FunctionSecond = 9;

    /// <summary>The mode for Chinese characters (GB/T 18284).</summary>
    public const int Hanzi = 13;

    /// <summary>Returns the number of bits of a segment's character count.</summary>
    public static int CountBits(int mode, int version)
    {
        var size = version < 10 ? 0 : version < 27 ? 1 : 2;
        return mode switch
        {
            Numeric => 10 + 2 * size,
            Alphanumeric => 9 + 2 * size,
            Bytes => size == 0 ? 8 : 16,
            _ => 8 + 2 * size,
        };
    }
}
