using System.Runtime.CompilerServices;

namespace SharedModels.Compute.Kernels;

// Aggressive optimization: the first image does not have to wait until the runtime detects that these loops are hot.
internal sealed unsafe class RowMath<T> : RowMath
    where T : struct, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void LayerNorm(float* input, float* gain, float* bias, float epsilon, int count, float* output)
    {
        var mean = Sum(input, count) / count;
        var variance = SumOfSquares(input, mean, count) / count;
        var scale = 1 / MathF.Sqrt(variance + epsilon);
        Normalize<Lanes1>(input, mean, scale, gain, bias, Normalize<T>(input, mean, scale, gain, bias, 0, count, output), count, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(float* left, float* right, int count, float* output)
    {
        var i = 0;
        for (; i + T.Count <= count; i += T.Count)
            (T.Load(left + i) + T.Load(right + i)).Store(output + i);
        for (; i < count; i++)
            output[i] = left[i] + right[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(float* left, float* right, int count, float* output)
    {
        var i = 0;
        for (; i + T.Count <= count; i += T.Count)
            (T.Load(left + i) * T.Load(right + i)).Store(output + i);
        for (; i < count; i++)
            output[i] = left[i] * right[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(float* input, float factor, int count, float* output)
    {
        var i = 0;
        var factors = T.Fill(factor);
        for (; i + T.Count <= count; i += T.Count)
            (T.Load(input + i) * factors).Store(output + i);
        for (; i < count; i++)
            output[i] = input[i] * factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Dot(float* left, float* right, int count)
    {
        var i = 0;
        var sums = T.Fill(0);
        for (; i + T.Count <= count; i += T.Count)
            sums = T.MultiplyAdd(T.Load(left + i), T.Load(right + i), sums);
        var sum = sums.Sum();
        for (; i < count; i++)
            sum += left[i] * right[i];
        return sum;
    }

    // The columns of the micro kernel fill whole registers, so there is no remainder.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SoftmaxStep(float* scores, int keys, int columns, float* maxima, float* sums, float* factors)
    {
        for (var column = 0; column < columns; column += T.Count)
        {
            var before = T.Load(maxima + column);
            var maximum = before;
            for (var key = 0; key < keys; key++)
                maximum = T.Max(maximum, T.Load(scores + key * columns + column));
            var factor = LaneMath.Exp(before - maximum);
            var sum = T.Load(sums + column) * factor;
            for (var key = 0; key < keys; key++)
            {
                var weight = LaneMath.Exp(T.Load(scores + key * columns + column) - maximum);
                sum += weight;
                weight.Store(scores + key * columns + column);
            }

            maximum.Store(maxima + column);
            sum.Store(sums + column);
            factor.Store(factors + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float* input, int count)
    {
        var i = 0;
        var sums = T.Fill(0);
        for (; i + T.Count <= count; i += T.Count)
            sums += T.Load(input + i);
        var sum = sums.Sum();
        for (; i < count; i++)
            sum += input[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float SumOfSquares(float* input, float mean, int count)
    {
        var i = 0;
        var sums = T.Fill(0);
        var means = T.Fill(mean);
        for (; i + T.Count <= count; i += T.Count)
        {
            var difference = T.Load(input + i) - means;
            sums = T.MultiplyAdd(difference, difference, sums);
        }

        var sum = sums.Sum();
        for (; i < count; i++)
            sum += (input[i] - mean) * (input[i] - mean);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Normalize<TPart>(float* input, float mean, float scale, float* gain, float* bias, int i, int count, float* output)
        where TPart : struct, ILanes<TPart>
    {
        var means = TPart.Fill(mean);
        var scales = TPart.Fill(scale);
        for (; i + TPart.Count <= count; i += TPart.Count)
            TPart.MultiplyAdd((TPart.Load(input + i) - means) * scales, TPart.Load(gain + i), TPart.Load(bias + i)).Store(output + i);
        return i;
    }
}
