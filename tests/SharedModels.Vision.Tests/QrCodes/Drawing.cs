using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Draws test images by sampling several points of each pixel.</summary>
internal static class Drawing
{
    private const int Samples = 4;

    /// <summary>Returns an image that is black where <paramref name="isDark"/> returns true.</summary>
    public static GrayImage Draw(int width, int height, Func<double, double, bool> isDark)
    {
        var pixels = new byte[width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var light = 0;
            for (var sample = 0; sample < Samples * Samples; sample++)
            {
                var (x, y) = (i % width + (sample % Samples + 0.5) / Samples, i / width + (sample / Samples + 0.5) / Samples);
                light += isDark(x, y) ? 0 : 1;
            }

            pixels[i] = (byte)(light * 255 / (Samples * Samples));
        }

        return new GrayImage(width, height, pixels);
    }

    /// <summary>Returns <see langword="true"/> if a point, in modules from the center of a finder pattern, is dark.</summary>
    public static bool IsDarkInFinder(double x, double y) => Math.Max(Math.Abs(x), Math.Abs(y)) is <= 1.5 or (> 2.5 and <= 3.5);

    /// <summary>Rotates a point around the origin.</summary>
    public static (double X, double Y) Turn(double x, double y, double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return (x * cos - y * sin, x * sin + y * cos);
    }

    /// <summary>Copies an image into another.</summary>
    public static void Paste(GrayImage target, GrayImage image, int left, int top)
    {
        for (var y = 0; y < image.Height; y++)
            image.Pixels.AsSpan(y * image.Width, image.Width).CopyTo(target.Pixels.AsSpan((top + y) * target.Width + left));
    }
}
