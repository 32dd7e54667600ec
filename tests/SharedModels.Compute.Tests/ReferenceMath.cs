namespace SharedModels.Compute.Tests;

internal static class ReferenceMath
{
    /// <summary>The error function to about 1e-15, from its series.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        // erf(x) = 2/root(pi) e^(-x²) sum of 2^n x^(2n+1) / (2n+1)!!, all of whose terms have one sign.
        var (term, sum) = (x, x);
        for (var n = 1; n < 200; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
