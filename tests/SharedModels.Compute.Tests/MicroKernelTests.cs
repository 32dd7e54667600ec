using System.Runtime.InteropServices;
using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Tests;

/// <summary>Compares the innermost loops with their formulas.</summary>
public sealed unsafe class MicroKernelTests : IDisposable
{
    private readonly float* _memory = (float*)NativeMemory.AlignedAlloc(1 << 20, 64);
    private readonly Random _random = new(21);

    public static TheoryData<int, int, bool> Cases => new()
    {
        { 128, 1, false }, { 128, 7, true }, { 128, 300, false },
        { 256, 1, true }, { 256, 7, false }, { 256, 300, true },
        { 512, 1, false }, { 512, 7, true }, { 512, 300, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_strip_times_a_panel_is_right(int width, int depth, bool accumulate)
    {
        var kernel = MicroKernel.For((VectorWidth)width);
        var stride = kernel.Columns + 5;
        float* a = _memory, b = _memory + 20_000, c = _memory + 60_000;
        Fill(a, depth * kernel.Rows);
        Fill(b, depth * kernel.Columns);
        Fill(c, kernel.Rows * stride);
        var before = new ReadOnlySpan<float>(c, kernel.Rows * stride).ToArray();
        kernel.Multiply(depth, a, b, c, stride, accumulate);
        for (var row = 0; row < kernel.Rows; row++)
        {
            for (var column = 0; column < stride; column++)
            {
                double expected = before[row * stride + column];
                if (column < kernel.Columns)
                {
                    expected = accumulate ? expected : 0;
                    for (var k = 0; k < depth; k++)
                        expected += (double)a[k * kernel.Rows + row] * b[k * kernel.Columns + column];
                }

                Assert.Equal(expected, c[row * stride + column], 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(128, 4)]
    [InlineData(256, 8)]
    [InlineData(512, 16)]
    public void Columns_are_whole_registers_of_the_width(int width, int lanes)
    {
        var kernel = MicroKernel.For((VectorWidth)width);
        Assert.Equal(0, kernel.Columns % lanes);
        Assert.InRange(kernel.Rows * kernel.Columns / lanes, 8, 30);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Softmax_block_by_block_is_softmax(int width)
    {
        const int Keys = 50;
        var math = RowMath.For((VectorWidth)width);
        var columns = MicroKernel.For((VectorWidth)width).Columns;
        float* scores = _memory, maxima = _memory + 10_000, sums = _memory + 11_000, factors = _memory + 12_000;
        Fill(scores, Keys * columns, 20);
        var all = new ReadOnlySpan<float>(scores, Keys * columns).ToArray();
        new Span<float>(maxima, columns).Fill(float.NegativeInfinity);
        new Span<float>(sums, columns).Clear();
        math.SoftmaxStep(scores, 20, columns, maxima, sums, factors);
        Assert.All(new ReadOnlySpan<float>(factors, columns).ToArray(), f => Assert.Equal(0, f));
        math.SoftmaxStep(scores + 20 * columns, 30, columns, maxima, sums, factors);
        for (var column = 0; column < columns; column++)
        {
            var own = all.Where((_, i) => i % columns == column).ToArray();
            Assert.Equal(own.Max(), maxima[column]);
            Assert.Equal(own.Sum(s => Math.Exp(s - own.Max())), sums[column], 1e-5);
            Assert.Equal(Math.Exp(own[..20].Max() - own.Max()), factors[column], 1e-6);
            Assert.Equal(Math.Exp(own[^1] - own.Max()), scores[(Keys - 1) * columns + column], 1e-6);
        }
    }

    [Theory]
    [InlineData(128, 1)]
    [InlineData(128, 11)]
    [InlineData(256, 8)]
    [InlineData(256, 23)]
    [InlineData(512, 5)]
    [InlineData(512, 50)]
    public void Operations_on_rows_are_right_up_to_the_last_number(int width, int count)
    {
        var math = RowMath.For((VectorWidth)width);
        float* left = _memory, right = _memory + 1000, result = _memory + 2000;
        Fill(left, count);
        Fill(right, count);
        new Span<float>(result, count + 1).Fill(99);
        math.Add(left, right, count, result);
        Check(i => left[i] + right[i]);
        math.Multiply(left, right, count, result);
        Check(i => left[i] * right[i]);
        math.Scale(left, 3, count, result);
        Check(i => left[i] * 3);
        var dot = 0.0;
        for (var i = 0; i < count; i++)
            dot += (double)left[i] * right[i];
        Assert.Equal(dot, math.Dot(left, right, count), 1e-5);

        void Check(Func<int, float> expected)
        {
            for (var i = 0; i < count; i++)
                Assert.Equal(expected(i), result[i]);
            Assert.Equal(99, result[count]);
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private void Fill(float* target, int count, float scale = 1)
    {
        for (var i = 0; i < count; i++)
            target[i] = (_random.NextSingle() * 2 - 1) * scale;
    }
}
