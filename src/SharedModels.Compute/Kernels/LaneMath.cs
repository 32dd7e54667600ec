using System.Runtime.CompilerServices;

namespace SharedModels.Compute.Kernels;

/// <summary>Elementary functions in single precision.</summary>
internal static class LaneMath
{
    private const float Log2OfE = 1.44269504088896341f;

    // ln 2 split into two parts, so that x - n ln 2 is sufficiently exact (Cody and Waite).
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float LargestExponent = 88.02f;
    private const float SmallestExponent = -87.9f;

    /// <summary>e^x with a relative error of about 1e-7. The result is 0 at and below -88, and about e^88 above 88.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        x = T.Max(T.Min(x, T.Fill(LargestExponent)), T.Fill(SmallestExponent));
        var n = T.Round(x * T.Fill(Log2OfE));
        var r = T.MultiplyAdd(n, T.Fill(-Ln2High), x);
        r = T.MultiplyAdd(n, T.Fill(-Ln2Low), r);

        // Minimax polynomial of Cephes' expf (Stephen Moshier, public domain).
        var p = T.Fill(1.9875691500e-4f);
        p = T.MultiplyAdd(p, r, T.Fill(1.3981999507e-3f));
        p = T.MultiplyAdd(p, r, T.Fill(8.3334519073e-3f));
        p = T.MultiplyAdd(p, r, T.Fill(4.1665795894e-2f));
        p = T.MultiplyAdd(p, r, T.Fill(1.6666665459e-1f));
        p = T.MultiplyAdd(p, r, T.Fill(5.0000001201e-1f));
        p = T.MultiplyAdd(p, r * r, r + T.Fill(1));
        return p * T.PowerOfTwo(n);
    }

    /// <summary>The error function, with an absolute error of about 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Erf<T>(T x)
        where T : struct, ILanes<T>
    {
        // Rational approximation of Eigen's generic_fast_erf (Mozilla Public License 2.0; the coefficients are facts).
        x = T.Max(T.Min(x, T.Fill(4)), T.Fill(-4));
        var square = x * x;
        var p = T.Fill(-2.72614225801306e-10f);
        p = T.MultiplyAdd(p, square, T.Fill(2.77068142495902e-08f));
        p = T.MultiplyAdd(p, square, T.Fill(-2.10102402082508e-06f));
        p = T.MultiplyAdd(p, square, T.Fill(-5.69250639462346e-05f));
        p = T.MultiplyAdd(p, square, T.Fill(-7.34990630326855e-04f));
        p = T.MultiplyAdd(p, square, T.Fill(-2.95459980854025e-03f));
        p = T.MultiplyAdd(p, square, T.Fill(-1.60960333262415e-02f));
        var q = T.Fill(-1.45660718464996e-05f);
        q = T.MultiplyAdd(q, square, T.Fill(-2.13374055278905e-04f));
        q = T.MultiplyAdd(q, square, T.Fill(-1.68282697438203e-03f));
        q = T.MultiplyAdd(q, square, T.Fill(-7.37332916720468e-03f));
        q = T.MultiplyAdd(q, square, T.Fill(-1.42647390514189e-02f));
        return x * p / q;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : struct, ILanes<T> =>
        T.Fill(1) / (T.Fill(1) + Exp(T.Fill(0) - x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T QuickGelu<T>(T x)
        where T : struct, ILanes<T> =>
        x * Sigmoid(x * T.Fill(1.702f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gelu<T>(T x)
        where T : struct, ILanes<T> =>
        x * T.Fill(0.5f) * (T.Fill(1) + Erf(x * T.Fill(0.70710678118654752f)));
}
