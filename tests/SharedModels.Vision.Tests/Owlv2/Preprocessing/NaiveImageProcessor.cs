using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Preprocessing;

/// <summary>The preprocessing, stage by stage over complete squares, in double precision.</summary>
internal static class NaiveImageProcessor
{
    /// <summary>Returns three planes, [3, size, size], before the colors are normalized.</summary>
    public static double[] Run(RgbImage image, int size, double pad)
    {
        var side = Math.Max(image.Width, image.Height);
        var planes = new double[3 * size * size];
        for (var channel = 0; channel < 3; channel++)
        {
            var square = new double[side, side];
            for (var y = 0; y < side; y++)
            {
                for (var x = 0; x < side; x++)
                    square[y, x] = x < image.Width && y < image.Height ? image.Row(y)[x * 3 + channel] / 255.0 : pad;
            }

            var smooth = Blur(Blur(square, side, (double)side / size, true), side, (double)side / size, false);
            for (var y = 0; y < size; y++)
            {
                for (var x = 0; x < size; x++)
                    planes[(channel * size + y) * size + x] = Sample(smooth, side, size, y, x);
            }
        }

        return planes;
    }

    private static double[,] Blur(double[,] square, int side, double factor, bool alongY)
    {
        var sigma = Math.Max(0, (factor - 1) / 2);
        var radius = (int)Math.Floor(4 * sigma + 0.5);
        if (radius == 0)
            return square;
        var weights = Enumerable.Range(-radius, 2 * radius + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma))).ToArray();
        var (sum, result) = (weights.Sum(), new double[side, side]);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                for (var k = -radius; k <= radius; k++)
                {
                    result[y, x] += weights[k + radius] / sum
                        * (alongY ? square[Mirror(y + k, side), x] : square[y, Mirror(x + k, side)]);
                }
            }
        }

        return result;
    }

    private static double Sample(double[,] square, int side, int size, int y, int x)
    {
        var (top, down) = Position(y, side, size);
        var (left, across) = Position(x, side, size);
        var (bottom, right) = (Mirror(top + 1, side), Mirror(left + 1, side));
        var above = (1 - across) * square[top, left] + across * square[top, right];
        var below = (1 - across) * square[bottom, left] + across * square[bottom, right];
        return (1 - down) * above + down * below;
    }

    private static (int Index, double Fraction) Position(int output, int side, int size)
    {
        var position = (output + 0.5) * side / size - 0.5;
        if (position < 0)
            position = -position;
        if (position > side - 1)
            position = 2.0 * (side - 1) - position;
        return side == 1 ? (0, 0) : ((int)Math.Floor(position), position - Math.Floor(position));
    }

    // Step by step, reversing the direction at the ends.
    private static int Mirror(int index, int count)
    {
        while (count > 1 && (index < 0 || index >= count))
            index = index < 0 ? -index : 2 * (count - 1) - index;
        return count == 1 ? 0 : index;
    }
}
