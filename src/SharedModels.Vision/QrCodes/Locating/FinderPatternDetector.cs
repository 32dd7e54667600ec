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

    /// <summary>Finds the patterns in an image, ordered by how clearly they were seen.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isRead">Returns true for a pattern of a code that has been read. Such patterns are left out.</param>
    /// <param name="isLimited">True if there were more than <see cref="MaxPatterns"/>.</param>
    public static List<FinderPattern> Find(BinaryImage image, Predicate<FinderPattern> isRead, out bool isLimited)
    {
        var found = new FinderPatternSet(image.Width);
        for (var y = 0; y < image.Height; y++)
        {
            var row = image.Row(y);
            var (a, b, c, d, e) = (0, 0, 0, 0, 0);
            for (int start = 0, end; start < row.Length; start = end)
            {
                end = EndOfRun(row, start);
                (a, b, c, d, e) = (b, c, d, e, end - start);
                if (row[start] && a + b + c + d + e >= FewestPixels && IsPattern([a, b, c, d, e], 0.6))
                    Add(found, image, end - e - d - (c + 1) / 2, y, a + b + c + d + e);
            }
        }

        // The inner square of a pattern is three modules high. Noise spoils some of its rows.
        var all = found.All.Where(pattern => pattern.Hits >= Math.Max(2, pattern.Module / 2) && !isRead(pattern)).ToList();
        isLimited = all.Count > MaxPatterns;
        return [.. all.OrderByDescending(static pattern => pattern.Hits / pattern.Module).Take(MaxPatterns)];
    }

    // Noise has runs of one or two pixels, for which a vectorized search is slower than checking each pixel.
    private static int EndOfRun(ReadOnlySpan<bool> row, int start)
    {
        const int Short = 4;
        var end = start + 1;
        for (; end < row.Length && end < start + Short; end++)
        {
            if (row[end] != row[start])
                return end;
        }

        var length = row[end..].IndexOf(!row[start]);
        return length < 0 ? row.Length : end + length;
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
        return IsPattern(runs, 0.75);
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

    private static bool IsPattern(ReadOnlySpan<int> runs, double tolerance)
    {
        var total = 0;
        foreach (var run in runs)
        {
            if (run == 0)
                return false;
            total += run;
        }

        if (total < FewestPixels)
            return false;
        var module = total / 7.0;
        var slack = Math.Max(module * tolerance, 0.75);
        return Math.Abs(runs[0] - module) < slack && Math.Abs(runs[1] - module) < slack && Math.Abs(runs[2] - 3 * module) < 2.5 * slack
            && Math.Abs(runs[3] - module) < slack && Math.Abs(runs[4] - module) < slack;
    }
}
