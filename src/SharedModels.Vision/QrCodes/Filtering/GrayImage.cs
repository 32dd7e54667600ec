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
        var full = new GrayImage(image.Width, image.Height, new byte[image.Width * image.Height]);
        var rgb = image.Pixels;
        for (int i = 0, from = 0; i < full.Pixels.Length; i++, from += 3)
            full.Pixels[i] = (byte)((rgb[from] * 19595 + rgb[from + 1] * 38470 + rgb[from + 2] * 7471 + 0x8000) >> 16);
        return full.Shrink(factor);
    }

    public GrayImage Invert()
    {
        var inverted = new byte[Pixels.Length];
        System.Numerics.Tensors.TensorPrimitives.OnesComplement(Pixels, inverted);
        return new GrayImage(Width, Height, inverted);
    }

    /// <summary>Averages squares of pixels. Remaining pixels on the right and at the bottom are dropped.</summary>
    public GrayImage Shrink(int factor)
    {
        if (factor == 1 || Width < factor || Height < factor)
            return this;
        var small = new GrayImage(Width / factor, Height / factor, new byte[Width / factor * (Height / factor)]);
        var sums = new int[small.Width];
        for (var y = 0; y < small.Height; y++)
        {
            Array.Clear(sums);
            for (var row = y * factor; row < (y + 1) * factor; row++)
            {
                var from = row * Width;
                for (var x = 0; x < sums.Length; x++)
                {
                    for (var i = 0; i < factor; i++)
                        sums[x] += Pixels[from++];
                }
            }

            for (var x = 0; x < sums.Length; x++)
                small.Pixels[y * small.Width + x] = (byte)((sums[x] + factor * factor / 2) / (factor * factor));
        }

        return small;
    }

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
}
