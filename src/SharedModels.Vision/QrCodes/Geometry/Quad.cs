namespace SharedModels.Vision.QrCodes.Geometry;

/// <summary>
/// The four corners of a convex quadrilateral, in the order top left, top right, bottom right and bottom left of its content.
/// </summary>
internal readonly record struct Quad((double X, double Y) A, (double X, double Y) B, (double X, double Y) C, (double X, double Y) D)
{
    public (double X, double Y) Middle => ((A.X + B.X + C.X + D.X) / 4, (A.Y + B.Y + C.Y + D.Y) / 4);

    /// <summary>The area, which is negative if the corners run anticlockwise in the image.</summary>
    public double SignedArea => (Cross(A, B) + Cross(B, C) + Cross(C, D) + Cross(D, A)) / 2;

    public bool IsConvex
    {
        get
        {
            var clockwise = IsRight(A, B, C);
            return IsRight(B, C, D) == clockwise && IsRight(C, D, A) == clockwise && IsRight(D, A, B) == clockwise;
        }
    }

    public Quad Map(Func<(double X, double Y), (double X, double Y)> map) => new(map(A), map(B), map(C), map(D));

    public bool Contains((double X, double Y) point)
    {
        var clockwise = IsRight(A, B, point);
        return IsRight(B, C, point) == clockwise && IsRight(C, D, point) == clockwise && IsRight(D, A, point) == clockwise;
    }

    /// <summary>Returns <see langword="true"/> if two quadrilaterals belong to one code: the middle of one is inside the other.</summary>
    public bool IsSameCode(in Quad other) => Contains(other.Middle) || other.Contains(Middle);

    private static bool IsRight((double X, double Y) from, (double X, double Y) to, (double X, double Y) point) =>
        (to.X - from.X) * (point.Y - from.Y) - (to.Y - from.Y) * (point.X - from.X) >= 0;

    private static double Cross((double X, double Y) a, (double X, double Y) b) => a.X * b.Y - a.Y * b.X;
}
