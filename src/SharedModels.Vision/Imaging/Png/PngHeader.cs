using System.Buffers.Binary;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>The IHDR chunk.</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColorType ColorType, bool IsInterlaced)
{
    private int Channels => ColorType switch
    {
        PngColorType.Rgb => 3,
        PngColorType.GrayAlpha => 2,
        PngColorType.RgbAlpha => 4,
        _ => 1,
    };

    public int BitsPerPixel => Channels * BitDepth;

    public static PngHeader Read(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length != 13)
            throw ImageFormatException.Corrupt($"The PNG's header has a length of {chunk.Length} instead of 13.");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(chunk), BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]));
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw ImageFormatException.Corrupt($"The PNG has {width} x {height} pixels, which PNG does not allow.");
        var (depth, type) = (chunk[8], (PngColorType)chunk[9]);
        if (!IsDefined(type, depth))
            throw ImageFormatException.Corrupt($"The PNG has color type {chunk[9]} with {depth} bits, which PNG does not define.");
        if (chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
            throw ImageFormatException.Corrupt("The PNG uses a compression, filter or interlace method that PNG does not define.");
        return new PngHeader((int)width, (int)height, depth, type, chunk[12] == 1);
    }

    public long RowBytes(int width) => ((long)width * BitsPerPixel + 7) / 8;

    private static bool IsDefined(PngColorType type, int depth) => type switch
    {
        PngColorType.Gray => depth is 1 or 2 or 4 or 8 or 16,
        PngColorType.Palette => depth is 1 or 2 or 4 or 8,
        PngColorType.Rgb or PngColorType.GrayAlpha or PngColorType.RgbAlpha => depth is 8 or 16,
        _ => false,
    };
}
