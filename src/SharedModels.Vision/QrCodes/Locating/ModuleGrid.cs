using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>Samples the brightness of each module of a code. The result is an image with one pixel per module.</summary>
internal static class ModuleGrid
{
    // Samples only the middle of a module, because its edges are blurred and the location is not exact.
    private const double Margin = 0.27;

    public static GrayImage Sample(CodeLocation location, GrayImage image, bool isInverted)
    {
        var size = location.Modules;
        var grid = new GrayImage(size, size, new byte[size * size]);
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var (x, y) = location.ToImage((column + 0.5, row + 0.5));
                var right = location.ToImage((column + 0.5 + Margin, row + 0.5));
                var below = location.ToImage((column + 0.5, row + 0.5 + Margin));
                var (u, v) = ((X: right.X - x, Y: right.Y - y), (X: below.X - x, Y: below.Y - y));
                var sum = 0.0;
                for (var i = -1; i <= 1; i++)
                {
                    for (var j = -1; j <= 1; j++)
                        sum += image.Sample(x + i * u.X + j * v.X, y + i * u.Y + j * v.Y);
                }

                var mean = (byte)(sum / 9 + 0.5);
                grid.Pixels[row * size + column] = isInverted ? (byte)~mean : mean;
            }
        }

        return grid;
    }
}
