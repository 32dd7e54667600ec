using System.Numerics;
using System.Runtime.CompilerServices;

namespace SharedModels.Vision.Preprocessing;

/// <summary>Computes a weighted sum of rows. Like scipy, it sums in double precision and stores in single precision.</summary>
internal static unsafe class Correlation
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(double[] weights, float** rows, int count, float* output)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
            for (var k = 0; k < weights.Length; k++)
            {
                Vector.Widen(Vector.Load(rows[k] + i), out var a, out var b);
                var weight = new Vector<double>(weights[k]);
                low = Vector.MultiplyAddEstimate(a, weight, low);
                high = Vector.MultiplyAddEstimate(b, weight, high);
            }

            Vector.Narrow(low, high).Store(output + i);
        }

        for (; i < count; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < weights.Length; k++)
                sum += rows[k][i] * weights[k];
            output[i] = (float)sum;
        }
    }
}
