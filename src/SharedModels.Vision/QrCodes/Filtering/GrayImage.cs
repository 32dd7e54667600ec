using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.QrCodes.Filtering;

/// <summary>An image of 8-bit brightness values, row by row without padding.</summary>
internal sealed class GrayImage(int width, int height, byte[] pixels)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public byte[] Pixels { get; } = pixels;

    /// <summary>Computes the luma of ITU-R BT.601, averaged over squares of <paramref name="factor"/> pixels.</summary>
    public static GrayImage From(RgbImage image, int factor)
    {
        // Row by row, so that a large image is never in memory as a whole.
        var line = new byte[image.Width];
        return Average(image.Width, image.Height, factor, y =>
        {
            var rgb = image.Row(y);
            for (int x = 0, from = 0; x < line.Length; x++, from += 3)
                line[x] = (byte)((rgb[from] * 19595 + rgb[from + 1] * 38470 + rgb[from + 2] * 7471 + 0x8000) >> 16);
            return line;
        });
    }

    /// <summary>Averages squares of pixels. Remaining pixels on the right and at the bottom are dropped.</summary>
    public GrayImage Shrink(int factor) => factor == 1 || Width < factor || Height < factor
        ? this
        : Average(Width, Height, factor, y => Pixels.AsSpan(y * Width, Width));

    /// <summary>Returns the interpolated brightness at a point. The edge pixels extend beyond the image.</summary>
    public double Sample(double x, double y)
    {
        x = Math.Clamp(x - 0.5, 0, Width - 1);
        y = Math.Clamp(y - 0.5, 0, Height - 1);
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, Width - 1), Math.Min(top + 1, Height - 1));
        var (alongX, alongY) = (x - left, y - top);
        var upper = Pixels[top * Width + left] * (1 - alongX) + Pixels[top * Width + right] * alongX;
        var lower = Pixels[bottom * Width + left] * (1 - alongX) + Pixels[bottom * Width + right] * alongX;
        return upper * (1 - alongY) + lower * alongY;
    }

    /// <summary>Returns the brightness of the pixel at a point, or of the nearest pixel if the point is outside the image.</summary>
    public byte Nearest(double x, double y) =>
        Pixels[(int)Math.Clamp(y, 0, Height - 1) * Width + (int)Math.Clamp(x, 0, Width - 1)];

    private static GrayImage Average(int width, int height, int factor, Func<int, ReadOnlySpan<byte>> rowAt)
    {
        if (width < factor || height < factor)
            factor = 1;
        var small = new GrayImage(width / factor, height / factor, new byte[width / factor * (height / factor)]);
        var sums = new int[small.Width];
        for (var y = 0; y < small.Height; y++)
        {
            var target = small.Pixels.AsSpan(y * small.Width, small.Width);
            if (factor == 1)
            {
                rowAt(y).CopyTo(target);
                continue;
            }

            Array.Clear(sums);
            for (var row = y * factor; row < (y + 1) * factor; row++)
            {
                var from = rowAt(row);
                for (int x = 0, i = 0; x < sums.Length; x++)
                {
                    for (var next = i + factor; i < next; i++)
                        sums[x] += from[i];
                }
            }

            for (var x = 0; x < target.Length; x++)
                target[x] = (byte)((sums[x] + factor * factor / 2) / (factor * factor));
        }

        return small;
    }
}
