using SharedModels.Vision.QrCodes.Geometry;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>A place in the image that seems to contain a code, with its projection by the camera.</summary>
/// <param name="Modules">The number of modules along a side, 21 to 177.</param>
/// <param name="Plane">
/// Maps the code, a square with sides of 1, to the image minus <paramref name="Origin"/>, divided by <paramref name="Scale"/>.
/// </param>
/// <param name="Origin">The center of the first finder pattern, in pixels.</param>
/// <param name="Scale">The number of pixels from there to another finder pattern.</param>
/// <param name="Anchors">The points from which the map was computed: the corners of the finder patterns.</param>
/// <param name="Error">The deviation of the anchors from the map and other evidence against a code, in modules.</param>
internal sealed record CodeLocation(
    int Modules, Homography Plane, (double X, double Y) Origin, double Scale, IReadOnlyList<AnchorPoint> Anchors, double Error)
{
    public Quad Corners => new(ToImage((0, 0)), ToImage((Modules, 0)), ToImage((Modules, Modules)), ToImage((0, Modules)));

    /// <summary>Maps a point of the code, in modules, to the image.</summary>
    public (double X, double Y) ToImage((double X, double Y) point)
    {
        var (x, y) = Plane.Map((point.X / Modules, point.Y / Modules));
        return (Origin.X + x * Scale, Origin.Y + y * Scale);
    }

    /// <summary>Creates an anchor for a point of the code, in modules, and its position in the image.</summary>
    public AnchorPoint Anchor((double X, double Y) point, (double X, double Y) seen) =>
        new((point.X / Modules, point.Y / Modules), ((seen.X - Origin.X) / Scale, (seen.Y - Origin.Y) / Scale));

    /// <summary>Returns the same code with a map from other anchors, or <see langword="null"/> if no camera could produce it.</summary>
    public CodeLocation? Refit(IReadOnlyList<AnchorPoint> anchors, bool isAffine)
    {
        Span<(double X, double Y)> from = stackalloc (double, double)[anchors.Count];
        Span<(double X, double Y)> to = stackalloc (double, double)[anchors.Count];
        for (var i = 0; i < anchors.Count; i++)
            (from[i], to[i]) = (anchors[i].Code, anchors[i].Seen);
        if ((isAffine ? Homography.FitAffine(from, to) : Homography.Fit(from, to)) is not { } plane)
            return null;
        var location = this with { Plane = plane };
        // A camera cannot produce a map that folds the code over the horizon.
        return location.Corners is { IsConvex: true, SignedArea: > 0 } ? location : null;
    }
}
