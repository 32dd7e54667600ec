namespace SharedModels.Compute.Tests;

internal static class ReferenceMath
{
    /// <summary>Computes the error function from its series, with an error of about 1e-15.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        // erf(x) = 2/sqrt(pi) e^(-x²) sum of 2^n x^(2n+1) / (2n+1)!!. All terms have the same sign.
        var (term, sum) = (x, x);
        for (var n = 1; n < 200; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
