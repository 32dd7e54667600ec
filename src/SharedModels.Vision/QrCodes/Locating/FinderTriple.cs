namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>Three finder patterns that could belong to one code.</summary>
/// <param name="Corner">The pattern in the first corner of the code.</param>
/// <param name="Right">The pattern to the right of it.</param>
/// <param name="Below">The pattern below it.</param>
/// <param name="Skew">The deviation from a square that is seen from the front. It is 0 for such a square.</param>
internal readonly record struct FinderTriple(FinderOutline Corner, FinderOutline Right, FinderOutline Below, double Skew)
{
    // A camera can distort a square, but hardly more than this: sides of 1 : 2.5, and a right angle seen as 37 to 143 degrees.
    private const double MaxRatio = 2.5;
    private const double MinSine = 0.6;

    // The centers of a code's patterns are 14 to 170 modules apart. The module size is only roughly known here, and a rotated pattern is
    // longer along the axes of the image, by a factor of up to the square root of 2.
    private const double MinDistance = 14 / 1.8;
    private const double MaxDistance = 170 * 1.8;

    public double Scale => Math.Max(Corner.Pattern.DistanceTo(Right.Pattern), Corner.Pattern.DistanceTo(Below.Pattern));

    public double SmallestModule => Math.Min(Corner.Pattern.Module, Math.Min(Right.Pattern.Module, Below.Pattern.Module));

    /// <summary>
    /// Returns <see langword="false"/> if two patterns differ too much in size, or are too close or too far apart for one code.
    /// </summary>
    public static bool MayBelongTogether(in FinderPattern a, in FinderPattern b)
    {
        var (smaller, larger) = a.Module < b.Module ? (a.Module, b.Module) : (b.Module, a.Module);
        return larger <= MaxRatio * smaller && a.DistanceTo(b) is var distance
            && distance >= MinDistance * smaller && distance <= MaxDistance * larger;
    }

    /// <summary>
    /// Returns the triple in the order of the code's axes, or <see langword="null"/> if the three are unlikely to belong to a code.
    /// </summary>
    public static FinderTriple? Of(FinderOutline corner, FinderOutline right, FinderOutline below)
    {
        var (u, v) = (Difference(right, corner), Difference(below, corner));
        var cross = u.X * v.Y - u.Y * v.X;
        if (cross < 0)
            (right, below, u, v, cross) = (below, right, v, u, -cross);
        var (across, down) = (Math.Sqrt(u.X * u.X + u.Y * u.Y), Math.Sqrt(v.X * v.X + v.Y * v.Y));
        var ratio = Math.Max(across, down) / Math.Min(across, down);
        if (ratio > MaxRatio || cross < MinSine * across * down || !MayBelongTogether(right.Pattern, below.Pattern))
            return null;
        var (smallest, largest) = (
            Math.Min(corner.Pattern.Module, Math.Min(right.Pattern.Module, below.Pattern.Module)),
            Math.Max(corner.Pattern.Module, Math.Max(right.Pattern.Module, below.Pattern.Module)));
        var cosine = Math.Abs(u.X * v.X + u.Y * v.Y) / (across * down);
        return new FinderTriple(corner, right, below, ratio - 1 + cosine + largest / smallest - 1);
    }

    /// <summary>
    /// Orders the twelve corners along the axes of the code: top left, top right, bottom right and bottom left of each pattern.
    /// </summary>
    /// <param name="corners">Receives the corners.</param>
    /// <param name="sides">The distance between the centers of two patterns along the axes of the code, in sides of a pattern.</param>
    public bool TryOrderCorners(Span<(double X, double Y)> corners, out double sides)
    {
        var (u, v) = (Difference(Right, Corner), Difference(Below, Corner));
        var cross = u.X * v.Y - u.Y * v.X;
        (sides, var count) = (0.0, 0);
        foreach (var outline in (ReadOnlySpan<FinderOutline>)[Corner, Right, Below])
        {
            var ordered = corners.Slice(count, 4);
            if (!TryOrder(outline, u, v, ordered))
                return false;
            sides += (1 / Extent(ordered, v, cross) + 1 / Extent(ordered, u, cross)) / 6;
            count += 4;
        }

        return true;
    }

    private static bool TryOrder(FinderOutline outline, (double X, double Y) u, (double X, double Y) v, Span<(double X, double Y)> ordered)
    {
        var (middle, taken) = (outline.Pattern.Middle, 0);
        var (a, b, c, d) = outline.Corners;
        foreach (var corner in (ReadOnlySpan<(double X, double Y)>)[a, b, c, d])
        {
            var (x, y) = (corner.X - middle.X, corner.Y - middle.Y);
            var (isRight, isBelow) = (x * v.Y - y * v.X > 0, u.X * y - u.Y * x > 0);
            var place = isBelow ? isRight ? 2 : 3 : isRight ? 1 : 0;
            ordered[place] = corner;
            taken |= 1 << place;
        }

        return taken == 0b1111;
    }

    // Returns the mean side of an outline along one axis, as a share of the axis. It is the distance from the other axis, computed from
    // areas.
    private static double Extent(ReadOnlySpan<(double X, double Y)> outline, (double X, double Y) other, double cross)
    {
        var (sum, mean) = (0.0, 0.0);
        foreach (var (x, y) in outline)
            mean += (x * other.Y - y * other.X) / cross / 4;
        foreach (var (x, y) in outline)
            sum += Math.Abs((x * other.Y - y * other.X) / cross - mean) / 2;
        return sum;
    }

    private static (double X, double Y) Difference(FinderOutline to, FinderOutline from) =>
        (to.Pattern.X - from.Pattern.X, to.Pattern.Y - from.Pattern.Y);
}
