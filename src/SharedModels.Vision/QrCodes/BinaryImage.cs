namespace SharedModels.Vision.QrCodes;

/// <summary>Which pixels of a picture are dark, compared with their surroundings.</summary>
internal sealed class BinaryImage
{
    // Quirc's share: what is less than 5 % darker than its surroundings is light, so that plain paper is.
    private const double DarkShare = 0.95;

    private readonly bool[] _dark;

    private BinaryImage(int width, int height, bool[] dark) => (Width, Height, _dark) = (width, height, dark);

    public int Width { get; }

    public int Height { get; }

    /// <summary>Whether a pixel is dark; beyond the picture all is light.</summary>
    public bool this[int x, int y] => (uint)x < (uint)Width && (uint)y < (uint)Height && _dark[y * Width + x];

    public ReadOnlySpan<bool> Row(int y) => _dark.AsSpan(y * Width, Width);

    /// <summary>Compares each pixel with the mean of a square around it (D. Bradley and G. Roth, 2007).</summary>
    public static BinaryImage From(GreyImage image, int radius)
    {
        var (width, height, pixels) = (image.Width, image.Height, image.Pixels);
        var dark = new bool[pixels.Length];
        // Sums of the columns over the rows of the square, moved down row by row.
        var columns = new int[width];
        for (var y = -radius; y < height; y++)
        {
            AddRow(y + radius, 1);
            AddRow(y - radius - 1, -1);
            if (y < 0)
                continue;
            var rows = Math.Min(y + radius, height - 1) - Math.Max(y - radius, 0) + 1;
            var (sum, count) = (0L, 0);
            for (var x = -radius; x < width; x++)
            {
                if (x + radius < width)
                    (sum, count) = (sum + columns[x + radius], count + 1);
                if (x - radius - 1 >= 0)
                    (sum, count) = (sum - columns[x - radius - 1], count - 1);
                if (x >= 0)
                    dark[y * width + x] = pixels[y * width + x] * (double)(count * rows) < sum * DarkShare;
            }
        }

        return new BinaryImage(width, height, dark);

        void AddRow(int y, int sign)
        {
            if (y < 0 || y >= height)
                return;
            for (var x = 0; x < width; x++)
                columns[x] += sign * pixels[y * width + x];
        }
    }
}
