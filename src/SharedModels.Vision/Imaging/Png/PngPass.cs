namespace SharedModels.Vision.Imaging.Png;

/// <summary>The pixels of one pass over the image: a grid with an origin and steps.</summary>
internal readonly record struct PngPass(int Left, int Top, int StepX, int StepY)
{
    // The seven passes of Adam7 (PNG specification, 8.2).
    private static readonly PngPass[] Adam7 =
    [
        new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2),
    ];

    private static readonly PngPass[] Whole = [new(0, 0, 1, 1)];

    public static ReadOnlySpan<PngPass> For(in PngHeader header) => header.IsInterlaced ? Adam7 : Whole;

    public int Columns(int width) => (int)(((long)width - Left + StepX - 1) / StepX);

    public int Rows(int height) => (int)(((long)height - Top + StepY - 1) / StepY);

    /// <summary>Returns the bytes of an image's passes before compression, including the filter byte of each row.</summary>
    public static Int128 RawBytes(in PngHeader header)
    {
        // The number of bytes of the largest possible sizes does not fit in 64 bits.
        Int128 bytes = 0;
        foreach (var pass in For(header))
        {
            var columns = pass.Columns(header.Width);
            if (columns > 0)
                bytes += (Int128)pass.Rows(header.Height) * (1 + header.RowBytes(columns));
        }

        return bytes;
    }
}
