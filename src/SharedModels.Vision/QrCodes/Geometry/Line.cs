namespace SharedModels.Vision.QrCodes.Geometry;

/// <summary>The points (x, y) with X·x + Y·y = Offset, where (X, Y) has length 1.</summary>
internal readonly record struct Line(double X, double Y, double Offset)
{
    /// <summary>Returns the line with the least squared distances to the points.</summary>
    public static Line Fit(List<(double X, double Y)> points)
    {
        var (meanX, meanY) = (points.Average(point => point.X), points.Average(point => point.Y));
        var (xx, xy, yy) = (0.0, 0.0, 0.0);
        foreach (var (x, y) in points)
        {
            xx += (x - meanX) * (x - meanX);
            xy += (x - meanX) * (y - meanY);
            yy += (y - meanY) * (y - meanY);
        }

        // The direction of the largest spread. The normal is perpendicular to it.
        var angle = Math.Atan2(2 * xy, xx - yy) / 2;
        var (normalX, normalY) = (-Math.Sin(angle), Math.Cos(angle));
        return new Line(normalX, normalY, normalX * meanX + normalY * meanY);
    }

    public double Distance((double X, double Y) point) => Math.Abs(X * point.X + Y * point.Y - Offset);

    /// <summary>Returns the intersection of two lines. It is not finite if they are parallel.</summary>
    public (double X, double Y) Meet(in Line other)
    {
        var determinant = X * other.Y - Y * other.X;
        return ((Offset * other.Y - Y * other.Offset) / determinant, (X * other.Offset - Offset * other.X) / determinant);
    }
}
