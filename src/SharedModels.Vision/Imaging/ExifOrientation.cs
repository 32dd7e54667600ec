using System.Buffers.Binary;

namespace SharedModels.Vision.Imaging;

/// <summary>The rotation and reflection that turn a stored image upright: the EXIF tag 0x0112, 1 to 8.</summary>
internal readonly record struct ExifOrientation(int Value)
{
    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;

    public static ExifOrientation Upright => new(1);

    public bool SwapsSides => Value >= 5;

    /// <summary>Returns <see langword="true"/> if the bytes begin like an EXIF block.</summary>
    public static bool IsExif(ReadOnlySpan<byte> bytes)
    {
        var tiff = bytes.StartsWith("Exif\0\0"u8) ? bytes[6..] : bytes;
        return tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8);
    }

    /// <summary>Reads the tag from an EXIF block. An image with an invalid block is treated as upright.</summary>
    public static ExifOrientation Read(ReadOnlySpan<byte> exif)
    {
        var tiff = exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;
        if (tiff.Length < 8)
            return Upright;
        var little = tiff.StartsWith("II*\0"u8);
        if (!little && !tiff.StartsWith("MM\0*"u8))
            return Upright;

        var directory = Read32(tiff[4..], little);
        if (directory > tiff.Length - 2)
            return Upright;
        var entries = tiff[(int)directory..];
        var count = Read16(entries, little);
        entries = entries[2..];
        for (var i = 0; i < count && entries.Length >= 12; i++, entries = entries[12..])
        {
            if (Read16(entries, little) != OrientationTag)
                continue;
            var value = Read16(entries[8..], little);
            var valid = Read16(entries[2..], little) == ShortType && Read32(entries[4..], little) == 1 && value is >= 1 and <= 8;
            return valid ? new ExifOrientation(value) : Upright;
        }

        return Upright;
    }

    /// <summary>Creates an upright image from RGB samples. Samples that are already upright are not copied.</summary>
    public RgbImage Apply(int width, int height, byte[] rgb)
    {
        if (Value == 1)
            return RgbImage.AtStartOf(rgb, width, height);

        var (upWidth, upHeight) = SwapsSides ? (height, width) : (width, height);
        // The stored position of the upright image's first pixel, and the offsets of a step right and a step down in stored pixels.
        var (right, bottom) = (width - 1, (height - 1) * width);
        var (origin, stepX, stepY) = Value switch
        {
            2 => (right, -1, width),
            3 => (bottom + right, -1, -width),
            4 => (bottom, 1, -width),
            5 => (0, width, 1),
            6 => (bottom, -width, 1),
            7 => (bottom + right, -width, -1),
            _ => (right, width, -1),
        };

        var upright = GC.AllocateUninitializedArray<byte>(width * height * 3);
        var to = 0;
        for (var y = 0; y < upHeight; y++)
        {
            var from = (origin + y * stepY) * 3;
            for (var x = 0; x < upWidth; x++, from += stepX * 3, to += 3)
            {
                upright[to] = rgb[from];
                upright[to + 1] = rgb[from + 1];
                upright[to + 2] = rgb[from + 2];
            }
        }

        return new RgbImage(upWidth, upHeight, upright);
    }

    private static int Read16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
