namespace SharedModels.Vision.QrCodes.Filtering;

/// <summary>The pixels of an image that are darker than their surroundings.</summary>
internal sealed class BinaryImage
{
    // The threshold of Quirc. A pixel that is less than 5 % darker than its surroundings is light, so that plain paper is light.
    private const int DarkPerMille = 950;

    private readonly bool[] _dark;

    private BinaryImage(int width, int height, bool[] dark) => (Width, Height, _dark) = (width, height, dark);

    public int Width { get; }

    public int Height { get; }

    /// <summary>True if a pixel is dark. Everything outside the image is light.</summary>
    public bool this[int x, int y] => (uint)x < (uint)Width && (uint)y < (uint)Height && _dark[y * Width + x];

    public ReadOnlySpan<bool> Row(int y) => _dark.AsSpan(y * Width, Width);

    /// <summary>Compares each pixel with the mean of a square around it (D. Bradley and G. Roth, 2007).</summary>
    public static BinaryImage From(GrayImage image, int radius) => Both(image, radius).Plain;

    /// <summary>Compares the pixels of an image and of its negative with their surroundings, in a single pass.</summary>
    public static (BinaryImage Plain, BinaryImage Inverted) Both(GrayImage image, int radius)
    {
        var (width, height, pixels) = (image.Width, image.Height, image.Pixels);
        var (dark, light) = (new bool[pixels.Length], new bool[pixels.Length]);
        // Sums of the columns over the rows of the square, updated row by row. A margin of zeros avoids bounds checks in the loop over x.
        var columns = new int[width + 2 * radius + 1];
        for (var y = -radius; y < height; y++)
        {
            AddRow(y + radius, 1);
            AddRow(y - radius - 1, -1);
            if (y < 0)
                continue;
            var rows = Math.Min(y + radius, height - 1) - Math.Max(y - radius, 0) + 1;
            Compare(pixels.AsSpan(y * width, width), columns, rows, radius, dark.AsSpan(y * width), light.AsSpan(y * width));
        }

        return (new BinaryImage(width, height, dark), new BinaryImage(width, height, light));

        void AddRow(int y, int sign)
        {
            if (y < 0 || y >= height)
                return;
            var row = pixels.AsSpan(y * width, width);
            var sums = columns.AsSpan(radius + 1, width);
            for (var x = 0; x < row.Length; x++)
                sums[x] += sign * row[x];
        }
    }

    private static void Compare(
        ReadOnlySpan<byte> row, ReadOnlySpan<int> columns, int rows, int radius, Span<bool> dark, Span<bool> light)
    {
        var (size, sum) = (2 * radius + 1, 0);
        for (var x = 0; x < size; x++)
            sum += columns[x];
        for (var x = 0; x < row.Length; x++)
        {
            // The square of the pixel at x consists of the columns x - radius to x + radius, which are x + 1 to x + size in the array.
            sum += columns[x + size] - columns[x];
            var area = rows * (Math.Min(x + radius, row.Length - 1) - Math.Max(x - radius, 0) + 1);
            dark[x] = row[x] * (long)area * 1000 < sum * (long)DarkPerMille;
            light[x] = (byte.MaxValue - row[x]) * (long)area * 1000 < (byte.MaxValue * (long)area - sum) * DarkPerMille;
        }
    }
}
