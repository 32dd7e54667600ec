namespace SharedModels.Vision.QrCodes;

/// <summary>Tells which three finder patterns are those of one code, and how the camera saw it.</summary>
/// <remarks>
/// Each pattern gives four corners, whose places in the code are known but for its size: twelve points for a projective map, which has
/// eight unknowns. The size and the order of the three are those for which the twelve points fit best.
/// </remarks>
internal static class CodeLocator
{
    private const double MaxError = 0.8;
    private const double FinderModules = 7;

    /// <summary>The likely codes, the best first.</summary>
    public static List<CodeLocation> Locate(BinaryImage image, List<FinderPattern> patterns)
    {
        var outlines = new List<(FinderPattern Pattern, Quad Outline)>();
        foreach (var pattern in patterns)
        {
            if (FinderOutline.TryMeasure(image, pattern, out var outline))
                outlines.Add((pattern, outline));
        }

        var locations = new List<CodeLocation>();
        for (var i = 0; i < outlines.Count; i++)
        {
            for (var j = 0; j < outlines.Count; j++)
            {
                for (var k = j + 1; k < outlines.Count; k++)
                {
                    if (i != j && i != k && Fit(outlines[i], outlines[j], outlines[k]) is { } location)
                        locations.Add(location);
                }
            }
        }

        return [.. locations.OrderBy(location => location.Error)];
    }

    private static CodeLocation? Fit(
        (FinderPattern Pattern, Quad Outline) corner,
        (FinderPattern Pattern, Quad Outline) right,
        (FinderPattern Pattern, Quad Outline) below)
    {
        var ((x, y), u, v) = (corner.Pattern.Middle, Difference(right.Pattern, corner.Pattern), Difference(below.Pattern, corner.Pattern));
        var cross = u.X * v.Y - u.Y * v.X;
        if (cross < 0)
            (right, below, u, v, cross) = (below, right, v, u, -cross);

        var (across, down) = (Math.Sqrt(u.X * u.X + u.Y * u.Y), Math.Sqrt(v.X * v.X + v.Y * v.Y));
        var (smallest, largest) = (
            Math.Min(corner.Pattern.Module, Math.Min(right.Pattern.Module, below.Pattern.Module)),
            Math.Max(corner.Pattern.Module, Math.Max(right.Pattern.Module, below.Pattern.Module)));
        // As a camera may see a square, but hardly farther from it: sides 1 : 2.5, and the right angle 37 to 143 degrees.
        if (largest > 2.5 * smallest || Math.Max(across, down) > 2.5 * Math.Min(across, down) || cross < 0.6 * across * down)
            return null;

        Span<(double X, double Y)> seen = stackalloc (double, double)[12];
        var scale = Math.Max(across, down);
        var (estimate, count) = (0.0, 0);
        foreach (var (pattern, outline) in (ReadOnlySpan<(FinderPattern, Quad)>)[corner, right, below])
        {
            if (!TryOrder(outline, pattern.Middle, u, v, seen.Slice(count, 4)))
                return null;
            // How many of the pattern's own sides fit between the middles of two patterns, each measured along its own axis.
            var corners = seen.Slice(count, 4);
            estimate += FinderModules * (1 / Extent(corners, v, cross) + 1 / Extent(corners, u, cross)) / 2;
            count += 4;
        }

        for (var i = 0; i < seen.Length; i++)
            seen[i] = ((seen[i].X - x) / scale, (seen[i].Y - y) / scale);
        var best = default(CodeLocation);
        var version = (int)Math.Round((estimate / 3 + FinderModules - 17) / 4);
        for (var candidate = Math.Max(1, version - 2); candidate <= Math.Min(40, version + 2); candidate++)
        {
            if (FitSize(4 * candidate + 17, seen, (x, y), scale, smallest) is { } location && location.Error < (best?.Error ?? MaxError))
                best = location;
        }

        return best;
    }

    private static CodeLocation? FitSize(
        int modules, ReadOnlySpan<(double X, double Y)> seen, (double X, double Y) origin, double scale, double module)
    {
        Span<(double X, double Y)> known = stackalloc (double, double)[12];
        var (near, far) = (FinderModules / modules, 1 - FinderModules / modules);
        (double, double)[] corners = [(0, 0), (far, 0), (0, far)];
        for (var i = 0; i < 3; i++)
        {
            var (left, top) = corners[i];
            known[4 * i] = (left, top);
            known[4 * i + 1] = (left + near, top);
            known[4 * i + 2] = (left + near, top + near);
            known[4 * i + 3] = (left, top + near);
        }

        if (Homography.Fit(known, seen) is not { } plane)
            return null;
        var error = 0.0;
        for (var i = 0; i < seen.Length; i++)
        {
            var (x, y) = plane.Map(known[i]);
            error += (x - seen[i].X) * (x - seen[i].X) + (y - seen[i].Y) * (y - seen[i].Y);
        }

        var location = new CodeLocation(modules, plane, origin, scale, Math.Sqrt(error / seen.Length) * scale / module);
        // A map that folds the code over the horizon is none.
        return location.Corners is { IsConvex: true, SignedArea: > 0 } ? location : null;
    }

    // Puts an outline's corners in the order of the code's axes: top left, top right, bottom right, bottom left.
    private static bool TryOrder(
        in Quad outline,
        (double X, double Y) middle,
        (double X, double Y) u,
        (double X, double Y) v,
        Span<(double X, double Y)> ordered)
    {
        var taken = 0;
        foreach (var corner in (ReadOnlySpan<(double X, double Y)>)[outline.A, outline.B, outline.C, outline.D])
        {
            var (x, y) = (corner.X - middle.X, corner.Y - middle.Y);
            var (isRight, isBelow) = (x * v.Y - y * v.X > 0, u.X * y - u.Y * x > 0);
            var place = isBelow ? isRight ? 2 : 3 : isRight ? 1 : 0;
            ordered[place] = corner;
            taken |= 1 << place;
        }

        return taken == 0b1111;
    }

    // The mean side of an outline along the one axis, as a share of it: the distance from the other, as areas show it.
    private static double Extent(ReadOnlySpan<(double X, double Y)> outline, (double X, double Y) other, double cross)
    {
        var (sum, mean) = (0.0, 0.0);
        foreach (var (x, y) in outline)
            mean += (x * other.Y - y * other.X) / cross / 4;
        foreach (var (x, y) in outline)
            sum += Math.Abs((x * other.Y - y * other.X) / cross - mean) / 2;
        return sum;
    }

    private static (double X, double Y) Difference(in FinderPattern to, in FinderPattern from) => (to.X - from.X, to.Y - from.Y);
}
