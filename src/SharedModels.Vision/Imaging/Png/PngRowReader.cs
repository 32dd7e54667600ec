namespace SharedModels.Vision.Imaging.Png;

/// <summary>Makes RGB of a PNG's rows.</summary>
internal sealed class PngRowReader
{
    private readonly PngHeader _header;
    private readonly byte[]? _colors;

    public PngRowReader(in PngHeader header, ReadOnlySpan<byte> palette)
    {
        _header = header;
        if (header.ColorType == PngColorType.Palette)
        {
            // Indices beyond the palette are black, as in libpng.
            _colors = new byte[256 * 3];
            palette.CopyTo(_colors);
        }
        else if (header.BitDepth < 8)
        {
            _colors = GreyLevels(header.BitDepth);
        }
    }

    /// <summary>Converts as many pixels as <paramref name="rgb"/> has room for.</summary>
    public void ToRgb(ReadOnlySpan<byte> row, Span<byte> rgb)
    {
        if (_colors is not null)
            LookUp(row, rgb, _colors);
        else if (_header is { ColorType: PngColorType.Rgb, BitDepth: 8 })
            row[..rgb.Length].CopyTo(rgb);
        else if (_header.ColorType is PngColorType.Rgb or PngColorType.RgbAlpha)
            CopySamples(row, rgb, _header.BitsPerPixel / 8, _header.BitDepth / 8);
        else
            CopySamples(row, rgb, _header.BitsPerPixel / 8, 0);
    }

    private static byte[] GreyLevels(int depth)
    {
        var (colors, largest) = (new byte[256 * 3], (1 << depth) - 1);
        for (var level = 0; level <= largest; level++)
            colors.AsSpan(level * 3, 3).Fill((byte)(level * 255 / largest));
        return colors;
    }

    private void LookUp(ReadOnlySpan<byte> row, Span<byte> rgb, byte[] colors)
    {
        var (depth, mask) = (_header.BitDepth, (1 << _header.BitDepth) - 1);
        for (int bit = 0, to = 0; to < rgb.Length; bit += depth, to += 3)
        {
            var index = (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
            colors.AsSpan(index * 3, 3).CopyTo(rgb[to..]);
        }
    }

    // Of a sample of 16 bits the first byte is the upper one; channelStep 0 repeats the grey level.
    private static void CopySamples(ReadOnlySpan<byte> row, Span<byte> rgb, int pixelStep, int channelStep)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += pixelStep, to += 3)
        {
            rgb[to] = row[from];
            rgb[to + 1] = row[from + channelStep];
            rgb[to + 2] = row[from + 2 * channelStep];
        }
    }
}
