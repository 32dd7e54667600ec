namespace SharedModels.Vision.Tokenization;

/// <summary>The printable character for each byte in a byte-level vocabulary (GPT-2's bytes_to_unicode).</summary>
internal static class ByteAlphabet
{
    public static readonly char[] Characters = Create();

    private static char[] Create()
    {
        var characters = new char[256];
        var next = (char)256;
        for (var value = 0; value < 256; value++)
            characters[value] = value is >= 33 and <= 126 or >= 161 and <= 172 or >= 174 ? (char)value : next++;
        return characters;
    }
}
