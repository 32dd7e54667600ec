namespace SharedModels.Vision.Tests.QrCodes.Geometry;

/// <summary>Computes the areas of convex polygons and of their intersections.</summary>
internal static class Polygons
{
    public static double IntersectionOverUnion(IReadOnlyList<(double X, double Y)> a, IReadOnlyList<(double X, double Y)> b)
    {
        var shared = Area(Clip(a, b));
        return shared / (Area(a) + Area(b) - shared);
    }

    public static double Area(IReadOnlyList<(double X, double Y)> polygon)
    {
        var sum = 0.0;
        for (var i = 0; i < polygon.Count; i++)
        {
            var (from, to) = (polygon[i], polygon[(i + 1) % polygon.Count]);
            sum += from.X * to.Y - from.Y * to.X;
        }

        return Math.Abs(sum) / 2;
    }

    // I. Sutherland and G. Hodgman, 1974. Both polygons are clockwise in the image.
    private static List<(double X, double Y)> Clip(IReadOnlyList<(double X, double Y)> polygon, IReadOnlyList<(double X, double Y)> window)
    {
        var result = polygon.ToList();
        for (var i = 0; i < window.Count; i++)
        {
            var (a, b) = (window[i], window[(i + 1) % window.Count]);
            var input = result;
            result = [];
            for (var j = 0; j < input.Count; j++)
            {
                var (from, to) = (input[j], input[(j + 1) % input.Count]);
                var (sideFrom, sideTo) = (Side(from), Side(to));
                if (sideFrom >= 0)
                    result.Add(from);
                if (sideFrom >= 0 != sideTo >= 0)
                    result.Add((
                        from.X + (to.X - from.X) * sideFrom / (sideFrom - sideTo),
                        from.Y + (to.Y - from.Y) * sideFrom / (sideFrom - sideTo)));
            }

            double Side((double X, double Y) point) => (b.X - a.X) * (point.Y - a.Y) - (b.Y - a.Y) * (point.X - a.X);
        }

        return result;
    }
}
