using SharedModels.Vision.QrCodes.Filtering;
using QrVersion = ZXing.QrCode.Internal.Version;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>
/// Finds the alignment patterns of a code, which are small squares at known positions, and uses them to correct its location.
/// </summary>
internal static class AlignmentPatterns
{
    // The finder patterns are in three corners. Their errors add up to several modules in the fourth corner.
    private const double FirstReach = 4;
    private const double Reach = 1.5;
    private const double Step = 0.5;

    // The share of the difference between dark and light that a pattern must have to be recognized.
    private const double MinContrast = 0.4;

    /// <summary>Returns the location corrected by the recognized patterns, or the same location if there are none.</summary>
    public static CodeLocation Refine(CodeLocation location, GrayImage image, bool isInverted, bool isAffine)
    {
        var version = (location.Modules - 17) / 4;
        var centers = QrVersion.getVersionForNumber(version).AlignmentPatternCenters;
        if (centers.Length == 0)
            return location;
        var contrast = Contrast(location, image);
        var last = centers.Length - 1;
        var anchors = new List<AnchorPoint>(location.Anchors);
        // The fourth corner comes first. It corrects the map that is used to search for the others.
        if (Find(location, image, (centers[last], centers[last]), FirstReach, contrast, isInverted) is { } corner)
        {
            // The same weight as the corners of a finder pattern.
            for (var i = 0; i < 4; i++)
                anchors.Add(corner);
            location = location.Refit(anchors, isAffine) ?? location;
        }

        if (last == 1)
            return location;
        for (var row = 0; row <= last; row++)
        {
            for (var column = 0; column <= last; column++)
            {
                var isTaken = (row is 0 && (column == 0 || column == last)) || (row == last && (column == 0 || column == last));
                if (!isTaken && Find(location, image, (centers[column], centers[row]), Reach, contrast, isInverted) is { } anchor)
                    anchors.Add(anchor);
            }
        }

        return location.Refit(anchors, isAffine) ?? location;
    }

    // Moves the pattern over the image around its expected position and returns the position where it fits best.
    private static AnchorPoint? Find(
        CodeLocation location, GrayImage image, (int X, int Y) center, double reach, double contrast, bool isInverted)
    {
        var (middleX, middleY) = (center.X + 0.5, center.Y + 0.5);
        var middle = location.ToImage((middleX, middleY));
        var right = location.ToImage((middleX + 1, middleY));
        var below = location.ToImage((middleX, middleY + 1));
        var (u, v) = ((X: right.X - middle.X, Y: right.Y - middle.Y), (X: below.X - middle.X, Y: below.Y - middle.Y));
        var steps = (int)(reach / Step);
        var size = 2 * steps + 1;
        Span<double> scores = stackalloc double[size * size];
        var best = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            var (offsetX, offsetY) = ((i % size - steps) * Step, (i / size - steps) * Step);
            scores[i] = Score(image, (middle.X + offsetX * u.X + offsetY * v.X, middle.Y + offsetX * u.Y + offsetY * v.Y), u, v);
            if (isInverted)
                scores[i] = -scores[i];
            if (scores[i] > scores[best])
                best = i;
        }

        if (scores[best] < MinContrast * contrast)
            return null;
        var x = (best % size - steps + Peak(scores, best, 1, size)) * Step;
        var y = (best / size - steps + Peak(scores, best, size, size)) * Step;
        return location.Anchor((middleX, middleY), (middle.X + x * u.X + y * v.X, middle.Y + x * u.Y + y * v.Y));
    }

    // Returns the offset, in steps, of the peak of a parabola from the best of three adjacent scores.
    private static double Peak(ReadOnlySpan<double> scores, int best, int stride, int size)
    {
        var position = stride == 1 ? best % size : best / size;
        if (position == 0 || position == size - 1)
            return 0;
        var (before, at, after) = (scores[best - stride], scores[best], scores[best + stride]);
        var curvature = before - 2 * at + after;
        return curvature < 0 ? Math.Clamp((before - after) / (2 * curvature), -0.5, 0.5) : 0;
    }

    // Returns the brightness of the light ring minus that of the dark ring and the dark center.
    private static double Score(GrayImage image, (double X, double Y) middle, (double X, double Y) u, (double X, double Y) v)
    {
        var (light, dark) = (0.0, 0.0);
        for (var row = -2; row <= 2; row++)
        {
            for (var column = -2; column <= 2; column++)
            {
                var value = image.Nearest(middle.X + column * u.X + row * v.X, middle.Y + column * u.Y + row * v.Y);
                if (Math.Max(Math.Abs(column), Math.Abs(row)) == 1)
                    light += value;
                else
                    dark += value;
            }
        }

        return light / 8 - dark / 17;
    }

    // Returns the difference between dark and light at the three finder patterns: their rings minus the gaps inside them.
    private static double Contrast(CodeLocation location, GrayImage image)
    {
        var (light, dark, last) = (0.0, 0.0, location.Modules - 3.5);
        foreach (var (x, y) in (ReadOnlySpan<(double, double)>)[(3.5, 3.5), (last, 3.5), (3.5, last)])
        {
            foreach (var (alongX, alongY) in (ReadOnlySpan<(int, int)>)[(1, 0), (0, 1), (-1, 0), (0, -1)])
            {
                light += Value(x + 2 * alongX, y + 2 * alongY);
                dark += (Value(x + 3 * alongX, y + 3 * alongY) + Value(x, y)) / 2;
            }
        }

        return Math.Abs(light - dark) / 12;

        double Value(double x, double y)
        {
            var (imageX, imageY) = location.ToImage((x, y));
            return image.Nearest(imageX, imageY);
        }
    }
}
