namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>
/// One of the three marks of a code: its center, the size of a module there, and the number of rows in which it was seen.
/// </summary>
internal readonly record struct FinderPattern(double X, double Y, double Module, int Hits)
{
    public (double X, double Y) Middle => (X, Y);

    public double DistanceTo(in FinderPattern other) => Math.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y));

    public bool IsSameAs(in FinderPattern other) =>
        Math.Abs(X - other.X) < 1.5 * Module && Math.Abs(Y - other.Y) < 1.5 * Module && Module / other.Module is > 0.6 and < 1.67;

    public FinderPattern Merge(in FinderPattern other)
    {
        var (hits, share) = (Hits + other.Hits, (double)other.Hits / (Hits + other.Hits));
        return new FinderPattern(X + (other.X - X) * share, Y + (other.Y - Y) * share, Module + (other.Module - Module) * share, hits);
    }
}
