using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>Determines which three finder patterns belong to one code, and its projection by the camera.</summary>
/// <remarks>
/// Each pattern has four corners, whose positions in the code are known except for the size of the code. They give twelve points for a
/// projective map, which has eight unknowns. The chosen size and order of the three patterns are those with the best fit of the twelve
/// points and with timing patterns (rows of alternating modules between two finder patterns) in the expected positions.
/// </remarks>
internal static class CodeLocator
{
    private const double FinderModules = 7;
    private const double MaxError = 1.2;

    // Half of the modules of a timing pattern are correct in noise. Shadows and blur spoil some modules of real codes.
    private const double MaxTimingErrors = 0.45;

    // A location with a smaller error most likely belongs to a code.
    private const double GoodError = 0.25;

    // If there are many patterns, those of one code are close together, as on a sheet of codes. A single large code has false patterns in
    // its data that are closer than its own. Without this limit, the work would grow with the cube of the number of patterns.
    private const int MaxPairs = 110_000;

    // The most promising triples are measured, at about 20 microseconds each. The limit is sufficient for 128 codes on a grid, where the
    // patterns of adjacent codes look like those of one code. A texture of finder patterns has tens of thousands of triples.
    public const int MaxTriples = 3000;

    /// <summary>Returns the triples of finder patterns that could belong to one code, ordered by increasing distortion.</summary>
    /// <param name="image">The image.</param>
    /// <param name="patterns">The finder patterns in the image.</param>
    /// <param name="isLimited">True if there were more than <see cref="MaxTriples"/>, or if some were not considered.</param>
    public static List<FinderTriple> Triples(BinaryImage image, List<FinderPattern> patterns, out bool isLimited)
    {
        var outlines = new List<FinderOutline>();
        foreach (var pattern in patterns)
        {
            if (FinderOutline.Measure(image, pattern) is { } outline)
                outlines.Add(outline);
        }

        var triples = AllTriples(outlines, out isLimited);
        isLimited |= triples.Count > MaxTriples;
        return [.. triples.OrderBy(static triple => triple.Skew).Take(MaxTriples)];
    }

    /// <summary>Returns the likely codes: good ones as they are found, followed by the others, ordered by increasing error.</summary>
    /// <param name="image">The image.</param>
    /// <param name="triples">Triples of finder patterns in the image.</param>
    /// <param name="isRead">
    /// Returns true for a pattern of a code that has been read. It is called repeatedly, so that no work is done for the patterns of
    /// codes that were read in the meantime.
    /// </param>
    public static IEnumerable<CodeLocation> Locate(BinaryImage image, List<FinderTriple> triples, Predicate<FinderPattern> isRead)
    {
        var others = new List<(CodeLocation Location, FinderTriple Triple)>();
        foreach (var triple in triples)
        {
            if (IsRead(triple) || Fit(image, triple) is not { } location)
                continue;
            if (location.Error < GoodError)
                yield return location;
            else
                others.Add((location, triple));
        }

        foreach (var (location, triple) in others.OrderBy(other => other.Location.Error))
        {
            if (!IsRead(triple))
                yield return location;
        }

        bool IsRead(in FinderTriple triple) =>
            isRead(triple.Corner.Pattern) || isRead(triple.Right.Pattern) || isRead(triple.Below.Pattern);
    }

    private static List<FinderTriple> AllTriples(List<FinderOutline> outlines, out bool isLimited)
    {
        isLimited = false;
        var triples = new List<FinderTriple>();
        var neighbors = (int)Math.Sqrt(2.0 * MaxPairs / Math.Max(outlines.Count, 1));
        foreach (var corner in outlines)
        {
            var near = outlines
                .Where(other => !ReferenceEquals(other, corner) && FinderTriple.MayBelongTogether(corner.Pattern, other.Pattern))
                .OrderBy(other => corner.Pattern.DistanceTo(other.Pattern))
                .ToArray();
            if (near.Length > neighbors)
                (near, isLimited) = (near[..neighbors], true);
            for (var i = 0; i < near.Length; i++)
            {
                for (var j = i + 1; j < near.Length; j++)
                {
                    if (FinderTriple.Of(corner, near[i], near[j]) is { } triple)
                        triples.Add(triple);
                }
            }
        }

        return triples;
    }

    private static CodeLocation? Fit(BinaryImage image, in FinderTriple triple)
    {
        Span<(double X, double Y)> seen = stackalloc (double, double)[12];
        if (!triple.TryOrderCorners(seen, out var sides))
            return null;
        var (x, y) = triple.Corner.Pattern.Middle;
        var (scale, module) = (triple.Scale, triple.SmallestModule);
        for (var i = 0; i < seen.Length; i++)
            seen[i] = ((seen[i].X - x) / scale, (seen[i].Y - y) / scale);
        var best = default(CodeLocation);
        var version = (int)Math.Round((sides * FinderModules + FinderModules - 17) / 4);
        // The estimate deviates by a few percent, which corresponds to more versions for larger codes.
        var reach = 2 + version / 10;
        for (var candidate = Math.Max(1, version - reach); candidate <= Math.Min(40, version + reach); candidate++)
        {
            if (FitSize(image, 4 * candidate + 17, seen, (x, y), scale, module) is { } location
                && location.Error < (best?.Error ?? double.MaxValue))
            {
                best = location;
            }
        }

        return best;
    }

    private static CodeLocation? FitSize(
        BinaryImage image, int modules, ReadOnlySpan<(double X, double Y)> seen, (double X, double Y) origin, double scale, double module)
    {
        var anchors = new AnchorPoint[12];
        var (near, far) = (FinderModules / modules, 1 - FinderModules / modules);
        (double, double)[] corners = [(0, 0), (far, 0), (0, far)];
        for (var i = 0; i < 3; i++)
        {
            var (left, top) = corners[i];
            anchors[4 * i] = new AnchorPoint((left, top), seen[4 * i]);
            anchors[4 * i + 1] = new AnchorPoint((left + near, top), seen[4 * i + 1]);
            anchors[4 * i + 2] = new AnchorPoint((left + near, top + near), seen[4 * i + 2]);
            anchors[4 * i + 3] = new AnchorPoint((left, top + near), seen[4 * i + 3]);
        }

        if (new CodeLocation(modules, null!, origin, scale, anchors, 0).Refit(anchors, isAffine: false) is not { } location)
            return null;
        var squares = 0.0;
        foreach (var (code, place) in anchors)
        {
            var (x, y) = location.Plane.Map(code);
            squares += (x - place.X) * (x - place.X) + (y - place.Y) * (y - place.Y);
        }

        var error = Math.Sqrt(squares / anchors.Length) * scale / module;
        if (error > MaxError)
            return null;
        var timingErrors = TimingPattern.Errors(image, location);
        return timingErrors > MaxTimingErrors ? null : location with { Error = error + timingErrors };
    }
}
