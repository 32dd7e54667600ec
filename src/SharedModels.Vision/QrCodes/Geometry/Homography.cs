namespace SharedModels.Vision.QrCodes.Geometry;

/// <summary>A projective map from the points of one plane to those of another, as a camera makes it.</summary>
internal sealed class Homography
{
    private const int Unknowns = 8;
    private readonly double[] _h;

    private Homography(double[] h) => _h = h;

    /// <summary>The map that brings points nearest to where they shall come to; <see langword="null"/> where they leave it open.</summary>
    /// <remarks>Least squares of the linear equations; both planes' coordinates should be of the size of 1.</remarks>
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

    /// <summary>The same without perspective, which needs fewer points and is less sensitive to their errors.</summary>
    public static Homography? FitAffine(ReadOnlySpan<(double X, double Y)> from, ReadOnlySpan<(double X, double Y)> to)
    {
        var equations = new double[Unknowns, Unknowns + 1];
        for (var i = 0; i < from.Length; i++)
        {
            var ((x, y), (u, v)) = (from[i], to[i]);
            Accumulate(equations, [x, y, 1, 0, 0, 0, 0, 0, u]);
            Accumulate(equations, [0, 0, 0, x, y, 1, 0, 0, v]);
        }

        // Two further equations say that the unknowns of the perspective are 0.
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

    // Gauss elimination with pivots.
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
