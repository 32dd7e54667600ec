using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>
/// Finds finder patterns. Along any line through the center, dark and light runs have the ratio 1 : 1 : 3 : 1 : 1 (ISO/IEC 18004, 13).
/// </summary>
internal static class FinderPatternDetector
{
    /// <summary>The number of patterns in 128 codes. The work of the locator grows with it.</summary>
    public const int MaxPatterns = 384;

    // A pattern is seven modules wide.
    private const int FewestPixels = 7;

    // The part of a module by which a run may differ, in twentieths.
    private const int RowTolerance = 12;
    private const int CrossTolerance = 15;

    /// <summary>Finds the patterns in an image, ordered by how clearly they were seen.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isRead">Returns true for a pattern of a code that has been read. Such patterns are left out.</param>
    /// <param name="isLimited">True if there were more than <see cref="MaxPatterns"/>.</param>
    public static List<FinderPattern> Find(BinaryImage image, Predicate<FinderPattern> isRead, out bool isLimited)
    {
        var found = new FinderPatternSet(image.Width);
        var edges = new int[image.Width + 1];
        for (var y = 0; y < image.Height; y++)
        {
            var count = image.FindEdges(y, edges);
            for (var i = 0; i + 5 < count; i += 2)
            {
                var (a, b, c, d, e, end) = (edges[i], edges[i + 1], edges[i + 2], edges[i + 3], edges[i + 4], edges[i + 5]);
                if (IsPattern(b - a, c - b, d - c, e - d, end - e, RowTolerance))
                    Add(found, image, d - (d - c + 1) / 2, y, end - a);
            }
        }

        // The inner square of a pattern is three modules high. Noise spoils some of its rows.
        var all = found.All.Where(pattern => pattern.Hits >= Math.Max(2, pattern.Module / 2) && !isRead(pattern)).ToList();
        isLimited = all.Count > MaxPatterns;
        return [.. all.OrderByDescending(static pattern => pattern.Hits / pattern.Module).Take(MaxPatterns)];
    }

    // The pattern's runs are not longer than this limit in any direction if it was seen with this length along the row. The limit keeps
    // the work proportional to the number of pixels. Without it, stripes across the rows would be followed from end to end in each row.
    private static void Add(FinderPatternSet found, BinaryImage image, int x, int y, int limit)
    {
        var row = y;
        if (!Cross(image, x, y, 0, 1, limit, out var offsetY, out _))
            return;
        y = (int)Math.Floor(y + 0.5 + offsetY);
        if (!Cross(image, x, y, 1, 0, limit, out var offsetX, out var across))
            return;
        var middleX = x + 0.5 + offsetX;
        if (!Cross(image, (int)middleX, y, 0, 1, limit, out offsetY, out var down))
            return;
        if (!Cross(image, (int)middleX, y, 1, 1, limit, out _, out _) && !Cross(image, (int)middleX, y, 1, -1, limit, out _, out _))
            return;
        found.Add(new FinderPattern(middleX, y + 0.5 + offsetY, (across + down) / 14, 1), row);
    }

    // Measures along a line through a pixel of the inner square. The offset is from the center of the pixel to the center of the square.
    private static bool Cross(
        BinaryImage image, int x, int y, int stepX, int stepY, int limit, out double offset, out double length)
    {
        Span<int> runs = stackalloc int[5];
        runs.Clear();
        (offset, length) = (0, 0);
        if (!image[x, y])
            return false;
        var forward = Measure(image, x, y, stepX, stepY, limit, runs[2..]);
        Span<int> back = stackalloc int[3];
        back.Clear();
        var backward = Measure(image, x, y, -stepX, -stepY, limit, back);
        offset = (forward - backward) / 2.0;
        runs[2] += back[0] - 1;
        (runs[1], runs[0]) = (back[1], back[2]);
        length = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
        return IsPattern(runs[0], runs[1], runs[2], runs[3], runs[4], CrossTolerance);
    }

    // Measures the dark, light and dark runs that start at a pixel. Returns the first.
    private static int Measure(BinaryImage image, int x, int y, int stepX, int stepY, int limit, Span<int> runs)
    {
        for (var run = 0; run < 3; run++)
        {
            while (image[x, y] == (run != 1) && runs[run] < limit && (uint)x < (uint)image.Width && (uint)y < (uint)image.Height)
            {
                runs[run]++;
                x += stepX;
                y += stepY;
            }
        }

        return runs[0];
    }

    // Each run may differ from its share of the total by a part of a module, or by three quarters of a pixel. All sides of the comparisons
    // are multiplied by 140. Most runs of noise fail the first two.
    private static bool IsPattern(int a, int b, int c, int d, int e, int tolerance)
    {
        var total = a + b + c + d + e;
        var slack = Math.Max(tolerance * total, 105);
        return ((8 * Math.Abs(7 * c - 3 * total) < slack) & (20 * Math.Abs(7 * a - total) < slack))
            && 20 * Math.Abs(7 * b - total) < slack && 20 * Math.Abs(7 * d - total) < slack && 20 * Math.Abs(7 * e - total) < slack
            && total >= FewestPixels && a > 0 && b > 0 && c > 0 && d > 0 && e > 0;
    }
}
