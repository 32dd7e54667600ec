using System.Buffers;
using System.IO.Compression;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>
/// The EXIF block that ImageMagick, and PNG editors from before the eXIf chunk, write as text: hexadecimal digits after a name and a
/// length.
/// </summary>
internal static class PngRawProfile
{
    // A block has a few hundred bytes before its thumbnail, with two digits per byte. The orientation is in its first entries.
    private const int MaxTextLength = 16_000;

    private static ReadOnlySpan<byte> Exif => "Raw profile type exif\0"u8;

    private static ReadOnlySpan<byte> ApplicationSegment => "Raw profile type APP1\0"u8;

    /// <summary>Returns <see langword="true"/> for the tEXt or zTXt chunk of a profile that may be an EXIF block.</summary>
    public static bool IsProfile(ReadOnlySpan<byte> content) => content.StartsWith(Exif) || content.StartsWith(ApplicationSegment);

    /// <summary>Reads the orientation from a profile. Returns <see langword="null"/> if the profile is not an EXIF block.</summary>
    public static ExifOrientation? Read(ReadOnlySpan<byte> content, bool isCompressed)
    {
        var text = content[Exif.Length..];
        if (!isCompressed)
            return ReadText(text[..Math.Min(text.Length, MaxTextLength)]);

        // The first byte is the compression method. Only one is defined.
        return text.Length > 0 && text[0] == 0 ? ReadText(Inflate(text[1..])) : null;
    }

    private static ExifOrientation? ReadText(ReadOnlySpan<byte> text)
    {
        // The first line contains the name, and the second contains the length.
        for (var line = 0; line < 2; line++)
        {
            text = text.TrimStart("\n\r "u8);
            var end = text.IndexOfAny("\n\r"u8);
            if (end < 0)
                return null;
            text = text[end..];
        }

        var digits = new ArrayBufferWriter<byte>();
        foreach (var line in text.SplitAny("\n\r "u8))
            digits.Write(text[line]);
        var hexadecimal = digits.WrittenSpan;
        var exif = new byte[hexadecimal.Length / 2];
        return Convert.FromHexString(hexadecimal[..(exif.Length * 2)], exif, out _, out _) == OperationStatus.Done
            && ExifOrientation.IsExif(exif)
                ? ExifOrientation.Read(exif)
                : null;
    }

    private static ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> compressed)
    {
        using var stream = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        var text = new byte[MaxTextLength];
        try
        {
            return text.AsSpan(0, stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false));
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException)
        {
            // IOException is thrown for data that was deflated with a dictionary.
            return [];
        }
    }
}
