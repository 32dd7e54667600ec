using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Geometry;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Simulates photos of images: seen at an angle, out of focus, or in bad light.</summary>
internal static class Camera
{
    /// <summary>Returns the image on gray, with its corners moved inwards by up to the given share of its sides.</summary>
    public static GrayImage Tilt(GrayImage image, double share, Random random)
    {
        var (width, height) = (image.Width, image.Height);
        (double X, double Y)[] stored = [(0, 0), (1, 0), (1, 1), (0, 1)];
        var seen = stored.Select(corner => (
            X: corner.X + (corner.X > 0 ? -1 : 1) * share * random.NextDouble(),
            Y: corner.Y + (corner.Y > 0 ? -1 : 1) * share * random.NextDouble())).ToArray();
        var back = Homography.Fit(seen, stored)!;
        var tilted = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (u, v) = back.Map(((x + 0.5) / width, (y + 0.5) / height));
                var isInside = u is >= 0 and <= 1 && v is >= 0 and <= 1;
                tilted[y * width + x] = isInside ? (byte)image.Sample(u * width, v * height) : (byte)128;
            }
        }

        return new GrayImage(width, height, tilted);
    }

    /// <summary>Adds normally distributed noise of the given mean strength.</summary>
    public static GrayImage Noise(GrayImage image, double strength, Random random)
    {
        var noisy = new byte[image.Pixels.Length];
        for (var i = 0; i < noisy.Length; i++)
        {
            var bell = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
            noisy[i] = (byte)Math.Clamp(image.Pixels[i] * 0.6 + 50 + strength * bell, 0, 255);
        }

        return new GrayImage(image.Width, image.Height, noisy);
    }

    /// <summary>Applies a Gaussian blur of about the given standard deviation in pixels.</summary>
    public static GrayImage Blur(GrayImage image, int boxes)
    {
        for (var i = 0; i < boxes; i++)
            image = GrayFilters.BoxBlur(image, 1);
        return image;
    }

    public static RgbImage ToRgb(GrayImage image)
    {
        var rgb = new byte[image.Pixels.Length * 3];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = image.Pixels[i / 3];
        return new RgbImage(image.Width, image.Height, rgb);
    }
}
