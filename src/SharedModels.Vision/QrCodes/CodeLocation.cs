namespace SharedModels.Vision.QrCodes;

/// <summary>Where a code seems to lie, as seen by a camera.</summary>
/// <param name="Modules">How many modules a side has, 21 to 177.</param>
/// <param name="Plane">Maps the code, a square with sides of 1, to the picture less <paramref name="Origin"/>, divided by
/// <paramref name="Scale"/>.</param>
/// <param name="Origin">The middle of the first finder pattern, in pixels.</param>
/// <param name="Scale">Pixels from there to another.</param>
/// <param name="Error">How far the finder patterns' corners lie from where the map brings them, in modules.</param>
internal sealed record CodeLocation(int Modules, Homography Plane, (double X, double Y) Origin, double Scale, double Error)
{
    public const int QuietZone = 4;

    public Quad Corners => new(ToPicture((0, 0)), ToPicture((1, 0)), ToPicture((1, 1)), ToPicture((0, 1)));

    /// <summary>Draws the code straight, each module as a square of pixels, with its quiet zone.</summary>
    public GreyImage Straighten(GreyImage image, int pixelsPerModule)
    {
        var side = (Modules + 2 * QuietZone) * pixelsPerModule;
        var straight = new GreyImage(side, side, new byte[side * side]);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var (sourceX, sourceY) = FromStraight((x + 0.5, y + 0.5), pixelsPerModule);
                straight.Pixels[y * side + x] = (byte)(image.Sample(sourceX, sourceY) + 0.5);
            }
        }

        return straight;
    }

    /// <summary>The point of the picture that a point of the straightened code shows.</summary>
    public (double X, double Y) FromStraight((double X, double Y) point, int pixelsPerModule)
    {
        var module = 1.0 / Modules;
        return ToPicture(((point.X / pixelsPerModule - QuietZone) * module, (point.Y / pixelsPerModule - QuietZone) * module));
    }

    private (double X, double Y) ToPicture((double X, double Y) point)
    {
        var (x, y) = Plane.Map(point);
        return (Origin.X + x * Scale, Origin.Y + y * Scale);
    }
}
