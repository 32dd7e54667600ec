using SharedModels.Vision.QrCodes.Geometry;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>A place of the image where a code seems to be, as seen by a camera.</summary>
/// <param name="Modules">The number of modules of a side, 21 to 177.</param>
/// <param name="Plane">Maps the code, a square with sides of 1, to the image less <paramref name="Origin"/>, divided by
/// <paramref name="Scale"/>.</param>
/// <param name="Origin">The middle of the first finder pattern, in pixels.</param>
/// <param name="Scale">Pixels from there to another.</param>
/// <param name="Anchors">The points from which the map was computed: the finder patterns' corners.</param>
/// <param name="Error">The distance of the anchors from where the map brings them, and what else speaks against a code, in modules.</param>
internal sealed record CodeLocation(
    int Modules, Homography Plane, (double X, double Y) Origin, double Scale, IReadOnlyList<AnchorPoint> Anchors, double Error)
{
    public Quad Corners => new(ToImage((0, 0)), ToImage((Modules, 0)), ToImage((Modules, Modules)), ToImage((0, Modules)));

    /// <summary>The point of the image that shows a point of the code, which is given in modules.</summary>
    public (double X, double Y) ToImage((double X, double Y) point)
    {
        var (x, y) = Plane.Map((point.X / Modules, point.Y / Modules));
        return (Origin.X + x * Scale, Origin.Y + y * Scale);
    }

    /// <summary>An anchor for a point of the code, in modules, that was seen at a point of the image.</summary>
    public AnchorPoint Anchor((double X, double Y) point, (double X, double Y) seen) =>
        new((point.X / Modules, point.Y / Modules), ((seen.X - Origin.X) / Scale, (seen.Y - Origin.Y) / Scale));

    /// <summary>The same code with a map from other anchors; <see langword="null"/> if no camera sees a code like that.</summary>
    public CodeLocation? Refit(IReadOnlyList<AnchorPoint> anchors, bool isAffine)
    {
        Span<(double X, double Y)> from = stackalloc (double, double)[anchors.Count];
        Span<(double X, double Y)> to = stackalloc (double, double)[anchors.Count];
        for (var i = 0; i < anchors.Count; i++)
            (from[i], to[i]) = (anchors[i].Code, anchors[i].Seen);
        if ((isAffine ? Homography.FitAffine(from, to) : Homography.Fit(from, to)) is not { } plane)
            return null;
        var location = this with { Plane = plane };
        // A map that folds the code over the horizon is not a camera's.
        return location.Corners is { IsConvex: true, SignedArea: > 0 } ? location : null;
    }
}
