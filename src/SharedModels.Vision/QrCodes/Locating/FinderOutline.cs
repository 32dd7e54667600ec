using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Geometry;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>The outer corners of a finder pattern in the image.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Corners">The corners in order around the outline, starting at any of them.</param>
internal sealed record FinderOutline(FinderPattern Pattern, Quad Corners)
{
    private const int Rays = 96;
    private const double Step = 0.25;

    /// <summary>Measures the outline of a pattern. Returns <see langword="null"/> if too much of the ring is missing.</summary>
    public static FinderOutline? Measure(BinaryImage image, in FinderPattern pattern)
    {
        var points = new List<(double X, double Y)>(Rays);
        for (var ray = 0; ray < Rays; ray++)
        {
            if (TryFindEdge(image, pattern, ray * Math.Tau / Rays, out var point))
                points.Add(point);
        }

        if (points.Count < Rays * 3 / 4)
            return null;
        var first = Farthest(points, point => Distance(point, (0, 0)));
        var third = Farthest(points, point => Distance(point, points[first]));
        if (first > third)
            (first, third) = (third, first);
        var second = Farthest(points, point => Side(points[first], points[third], point));
        var fourth = Farthest(points, point => -Side(points[first], points[third], point));
        int[] corners = [first, second, third, fourth];
        Array.Sort(corners);
        var sides = new Line[4];
        for (var i = 0; i < 4; i++)
        {
            if (!TryFitSide(points, corners[i], corners[(i + 1) % 4], out sides[i]))
                return null;
        }

        var (x, y) = pattern.Middle;
        var outline = new Quad(sides[3].Meet(sides[0]), sides[0].Meet(sides[1]), sides[1].Meet(sides[2]), sides[2].Meet(sides[3]))
            .Map(corner => (corner.X + x, corner.Y + y));
        var area = Math.Abs(outline.SignedArea) / (49 * pattern.Module * pattern.Module);
        return outline.IsConvex && outline.Contains(pattern.Middle) && area is > 0.3 and < 2 ? new FinderOutline(pattern, outline) : null;
    }

    // Walks outwards over the inner square and the gap to the outer edge of the ring. The point is relative to the center.
    private static bool TryFindEdge(BinaryImage image, in FinderPattern pattern, double angle, out (double X, double Y) point)
    {
        var (alongX, alongY) = (Math.Cos(angle), Math.Sin(angle));
        var (isDark, edges, limit) = (true, 0, 9 * pattern.Module);
        point = default;
        for (var distance = 0.0; distance < limit; distance += Step)
        {
            point = (alongX * distance, alongY * distance);
            if (image[(int)Math.Floor(pattern.X + point.X), (int)Math.Floor(pattern.Y + point.Y)] == isDark)
                continue;
            isDark = !isDark;
            if (++edges == 3)
                return true;
        }

        return false;
    }

    // Uses the points between two corners, except those next to the corners, where edges are rounded. A second fit leaves out outliers.
    private static bool TryFitSide(List<(double X, double Y)> points, int from, int to, out Line line)
    {
        line = default;
        var count = (to - from + points.Count) % points.Count;
        var margin = Math.Max(1, count / 8);
        var side = new List<(double X, double Y)>();
        for (var i = margin; i <= count - margin; i++)
            side.Add(points[(from + i) % points.Count]);
        if (side.Count < 4)
            return false;
        var fitted = Line.Fit(side);
        var tolerance = 2 * side.Sum(fitted.Distance) / side.Count + 0.25;
        var near = side.FindAll(point => fitted.Distance(point) <= tolerance);
        line = Line.Fit(near.Count >= 4 ? near : side);
        return true;
    }

    private static int Farthest(List<(double X, double Y)> points, Func<(double X, double Y), double> measure)
    {
        var best = 0;
        for (var i = 1; i < points.Count; i++)
        {
            if (measure(points[i]) > measure(points[best]))
                best = i;
        }

        return best;
    }

    private static double Distance((double X, double Y) a, (double X, double Y) b) =>
        Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));

    private static double Side((double X, double Y) from, (double X, double Y) to, (double X, double Y) point) =>
        (to.X - from.X) * (point.Y - from.Y) - (to.Y - from.Y) * (point.X - from.X);
}
