using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Tests;

/// <summary>Tests the loops over rows in isolation, in every register width, with every remainder at the end.</summary>
public sealed unsafe class RowMathTests
{
    private const float Untouched = -12345;
    private readonly Random _random = new(3);

    public static TheoryData<int> Widths => EngineFixture.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Sums_products_and_multiples_are_elementwise(int width)
    {
        var math = RowMath.For((VectorWidth)width);
        for (var count = 0; count <= 70; count++)
        {
            var (a, b) = (Numbers(count), Numbers(count));
            Assert.Equal(a.Zip(b, (x, y) => x + y), Run(count, output => Pin(a, b, (left, right) => math.Add(left, right, count, output))));
            Assert.Equal(
                a.Zip(b, (x, y) => x * y), Run(count, output => Pin(a, b, (left, right) => math.Multiply(left, right, count, output))));
            Assert.Equal(a.Select(x => x * 1.7f), Run(count, output => Pin(a, b, (left, _) => math.Scale(left, 1.7f, count, output))));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_result_can_overwrite_an_input(int width)
    {
        var math = RowMath.For((VectorWidth)width);
        var (a, b) = (Numbers(37), Numbers(37));
        var expected = a.Zip(b, (x, y) => x + y).ToArray();
        Pin(a, b, (left, right) => math.Add(left, right, 37, left));
        Assert.Equal(expected, a);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_dot_product_is_the_sum_of_products(int width)
    {
        var math = RowMath.For((VectorWidth)width);
        for (var count = 0; count <= 130; count += 3)
        {
            var (a, b) = (Numbers(count), Numbers(count));
            var actual = 0f;
            Pin(a, b, (left, right) => actual = math.Dot(left, right, count));
            Assert.Equal(a.Zip(b, (x, y) => (double)x * y).Sum(), actual, 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_softmax_in_steps_is_the_softmax_of_the_whole(int width)
    {
        const int Keys = 50;
        var math = RowMath.For((VectorWidth)width);
        var columns = MicroKernel.For((VectorWidth)width).Columns;
        var scores = Numbers(Keys * columns, 30);
        foreach (var step in new[] { 1, 7, 25, 50 })
        {
            var (maxima, sums, factors, weights) = (new float[columns], new float[columns], new float[columns], scores.ToArray());
            Array.Fill(maxima, float.NegativeInfinity);
            for (var key = 0; key < Keys; key += step)
                Step(math, weights, key, Math.Min(step, Keys - key), columns, maxima, sums, factors);
            for (var column = 0; column < columns; column++)
            {
                var own = Enumerable.Range(0, Keys).Select(key => (double)scores[key * columns + column]).ToArray();
                Assert.Equal((float)own.Max(), maxima[column]);
                var sum = own.Sum(score => Math.Exp(score - own.Max()));
                Assert.Equal(1, sums[column] / sum, 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_step_of_the_softmax_returns_the_factors_of_earlier_results(int width)
    {
        var math = RowMath.For((VectorWidth)width);
        var columns = MicroKernel.For((VectorWidth)width).Columns;
        var (maxima, sums, factors) = (new float[columns], new float[columns], new float[columns]);
        Array.Fill(maxima, float.NegativeInfinity);
        Step(math, [.. Enumerable.Repeat(1f, columns)], 0, 1, columns, maxima, sums, factors);
        Assert.All(factors, factor => Assert.Equal(0, factor));
        Assert.All(sums, sum => Assert.Equal(1, sum));
        Step(math, [.. Enumerable.Repeat(3f, columns)], 0, 1, columns, maxima, sums, factors);
        Assert.All(factors, factor => Assert.Equal(MathF.Exp(-2), factor, 1e-6f));
        Step(math, [.. Enumerable.Repeat(-9f, columns)], 0, 1, columns, maxima, sums, factors);
        Assert.All(factors, factor => Assert.Equal(1, factor));
        Assert.All(maxima, maximum => Assert.Equal(3, maximum));
    }

    private static void Step(
        RowMath math, float[] scores, int key, int keys, int columns, float[] maxima, float[] sums, float[] factors)
    {
        fixed (float* s = scores, m = maxima, t = sums, f = factors)
            math.SoftmaxStep(s + key * columns, keys, columns, m, t, f);
    }

    private delegate void TwoRows(float* left, float* right);

    private delegate void Output(float* output);

    private static void Pin(float[] left, float[] right, TwoRows run)
    {
        fixed (float* a = left, b = right)
            run(a, b);
    }

    // The number after the last one must not change.
    private static float[] Run(int count, Output run)
    {
        var output = new float[count + 1];
        output[count] = Untouched;
        fixed (float* to = output)
            run(to);
        Assert.Equal(Untouched, output[count]);
        return output[..count];
    }

    private float[] Numbers(int count, float scale = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => (_random.NextSingle() * 2 - 1) * scale)];
}
