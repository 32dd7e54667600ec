using System.Numerics;

namespace SharedModels.Vision.QrCodes.Filtering;

/// <summary>Filters that make a noisy, uneven or blurred code readable.</summary>
internal static class GrayFilters
{
    /// <summary>Replaces each pixel by the median of itself and its eight neighbors.</summary>
    public static GrayImage Median(GrayImage image)
    {
        var (width, height) = (image.Width, image.Height);
        var result = new byte[width * height];
        // Rows are padded with one pixel before them and a vector's length after them, so that whole vectors reach every pixel.
        var padded = width + 2 + Vector<byte>.Count;
        var (above, row, below) = (Pad(0), Pad(0), Pad(Math.Min(1, height - 1)));
        var buffer = new byte[padded];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x += Vector<byte>.Count)
                MedianOfNine(above, row, below, x).CopyTo(buffer, x);
            buffer.AsSpan(0, width).CopyTo(result.AsSpan(y * width));
            (above, row, below) = (row, below, Pad(Math.Min(y + 2, height - 1)));
        }

        return new GrayImage(width, height, result);

        byte[] Pad(int y)
        {
            var line = new byte[padded];
            var source = image.Pixels.AsSpan(y * width, width);
            source.CopyTo(line.AsSpan(1));
            line[0] = source[0];
            line[width + 1] = source[^1];
            return line;
        }
    }

    /// <summary>
    /// Converts an image to black and white at the threshold between the two most different groups of brightness (N. Otsu, 1979).
    /// </summary>
    public static GrayImage Otsu(GrayImage image)
    {
        var threshold = OtsuThreshold(image.Pixels);
        var result = new byte[image.Pixels.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = image.Pixels[i] > threshold ? byte.MaxValue : (byte)0;
        return new GrayImage(image.Width, image.Height, result);
    }

    /// <summary>Adds a multiple of the difference between the image and its blurred version.</summary>
    public static GrayImage Unsharp(GrayImage image, int radius, double amount)
    {
        // Two box filters in each direction approximate a Gaussian filter.
        var blurred = BoxBlur(BoxBlur(image, radius), radius);
        var result = new byte[image.Pixels.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = (byte)Math.Clamp(image.Pixels[i] + amount * (image.Pixels[i] - blurred.Pixels[i]), 0, 255);
        return new GrayImage(image.Width, image.Height, result);
    }

    public static GrayImage BoxBlur(GrayImage image, int radius) => BoxBlurRows(BoxBlurRows(image, radius), radius);

    public static int OtsuThreshold(ReadOnlySpan<byte> pixels)
    {
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        var total = 0L;
        foreach (var value in pixels)
        {
            histogram[value]++;
            total += value;
        }

        var (best, threshold) = (-1.0, 0);
        var (count, sum) = (0L, 0L);
        for (var level = 0; level < 255; level++)
        {
            count += histogram[level];
            sum += (long)level * histogram[level];
            if (count == 0 || count == pixels.Length)
                continue;
            var difference = (double)sum / count - (double)(total - sum) / (pixels.Length - count);
            var between = (double)count * (pixels.Length - count) * difference * difference;
            if (between > best)
                (best, threshold) = (between, level);
        }

        return threshold;
    }

    // Computes a running mean along the rows and writes it as columns. Two calls blur both directions and restore the orientation.
    private static GrayImage BoxBlurRows(GrayImage image, int radius)
    {
        var (width, height, size) = (image.Width, image.Height, 2 * radius + 1);
        var result = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            var row = image.Pixels.AsSpan(y * width, width);
            var sum = 0;
            for (var x = -radius; x <= radius; x++)
                sum += row[Math.Clamp(x, 0, width - 1)];
            for (var x = 0; x < width; x++)
            {
                result[x * height + y] = (byte)((sum + radius) / size);
                sum += row[Math.Min(x + radius + 1, width - 1)] - row[Math.Max(x - radius, 0)];
            }
        }

        return new GrayImage(height, width, result);
    }

    // Sorts the columns and takes the middle of the largest low, the middle middle and the smallest high (J. L. Smith, 1996).
    private static Vector<byte> MedianOfNine(byte[] above, byte[] row, byte[] below, int x)
    {
        var (low0, middle0, high0) = Sort(above, row, below, x);
        var (low1, middle1, high1) = Sort(above, row, below, x + 1);
        var (low2, middle2, high2) = Sort(above, row, below, x + 2);
        var low = Vector.Max(Vector.Max(low0, low1), low2);
        var high = Vector.Min(Vector.Min(high0, high1), high2);
        return Middle(low, Middle(middle0, middle1, middle2), high);
    }

    private static (Vector<byte> Low, Vector<byte> Middle, Vector<byte> High) Sort(byte[] above, byte[] row, byte[] below, int x)
    {
        var (a, b, c) = (new Vector<byte>(above, x), new Vector<byte>(row, x), new Vector<byte>(below, x));
        return (Vector.Min(Vector.Min(a, b), c), Middle(a, b, c), Vector.Max(Vector.Max(a, b), c));
    }

    private static Vector<byte> Middle(Vector<byte> a, Vector<byte> b, Vector<byte> c) =>
        Vector.Max(Vector.Min(a, b), Vector.Min(Vector.Max(a, b), c));
}
