namespace SharedModels.Vision.QrCodes.Geometry;

/// <summary>A projective map from the points of one plane to the points of another, like the projection of a camera.</summary>
internal sealed class Homography
{
    private const int Unknowns = 8;
    private readonly double[] _h;

    private Homography(double[] h) => _h = h;

    /// <summary>
    /// Returns the map that brings points closest to their targets, or <see langword="null"/> if the points do not determine it.
    /// </summary>
    /// <remarks>Solves the linear equations by least squares. The coordinates of both planes should be of the order of 1.</remarks>
    public static Homography? Fit(ReadOnlySpan<(double X, double Y)> from, ReadOnlySpan<(double X, double Y)> to)
    {
        var equations = new double[Unknowns, Unknowns + 1];
        Span<double> row = stackalloc double[Unknowns + 1];
        for (var i = 0; i < from.Length; i++)
        {
            var ((x, y), (u, v)) = (from[i], to[i]);
            ((ReadOnlySpan<double>)[x, y, 1, 0, 0, 0, -u * x, -u * y, u]).CopyTo(row);
            Accumulate(equations, row);
            ((ReadOnlySpan<double>)[0, 0, 0, x, y, 1, -v * x, -v * y, v]).CopyTo(row);
            Accumulate(equations, row);
        }

        return Solve(equations) is { } h ? new Homography([.. h, 1]) : null;
    }

    /// <summary>Does the same without perspective, which needs fewer points and is less sensitive to their errors.</summary>
    public static Homography? FitAffine(ReadOnlySpan<(double X, double Y)> from, ReadOnlySpan<(double X, double Y)> to)
    {
        var equations = new double[Unknowns, Unknowns + 1];
        for (var i = 0; i < from.Length; i++)
        {
            var ((x, y), (u, v)) = (from[i], to[i]);
            Accumulate(equations, [x, y, 1, 0, 0, 0, 0, 0, u]);
            Accumulate(equations, [0, 0, 0, x, y, 1, 0, 0, v]);
        }

        // Two additional equations set the unknowns of the perspective to 0.
        Accumulate(equations, [0, 0, 0, 0, 0, 0, 1, 0, 0]);
        Accumulate(equations, [0, 0, 0, 0, 0, 0, 0, 1, 0]);
        return Solve(equations) is { } h ? new Homography([.. h, 1]) : null;
    }

    public (double X, double Y) Map((double X, double Y) point)
    {
        var (x, y) = point;
        var depth = _h[6] * x + _h[7] * y + _h[8];
        return ((_h[0] * x + _h[1] * y + _h[2]) / depth, (_h[3] * x + _h[4] * y + _h[5]) / depth);
    }

    private static void Accumulate(double[,] equations, ReadOnlySpan<double> row)
    {
        for (var i = 0; i < Unknowns; i++)
        {
            for (var j = 0; j <= Unknowns; j++)
                equations[i, j] += row[i] * row[j];
        }
    }

    // Gaussian elimination with pivoting.
    private static double[]? Solve(double[,] m)
    {
        for (var column = 0; column < Unknowns; column++)
        {
            var pivot = column;
            for (var i = column + 1; i < Unknowns; i++)
            {
                if (Math.Abs(m[i, column]) > Math.Abs(m[pivot, column]))
                    pivot = i;
            }

            if (Math.Abs(m[pivot, column]) < 1e-12)
                return null;
            for (var j = 0; j <= Unknowns; j++)
                (m[column, j], m[pivot, j]) = (m[pivot, j], m[column, j]);
            for (var i = 0; i < Unknowns; i++)
            {
                if (i == column)
                    continue;
                var factor = m[i, column] / m[column, column];
                for (var j = column; j <= Unknowns; j++)
                    m[i, j] -= factor * m[column, j];
            }
        }

        var solution = new double[Unknowns];
        for (var i = 0; i < Unknowns; i++)
            solution[i] = m[i, Unknowns] / m[i, i];
        return solution;
    }
}
