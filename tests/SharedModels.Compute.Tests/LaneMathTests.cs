using SharedModels.Compute.Kernels;
using Xunit.Abstractions;

namespace SharedModels.Compute.Tests;

public sealed unsafe class LaneMathTests(ITestOutputHelper output)
{
    private static readonly float[] Inputs = [.. Enumerable.Range(-1600, 3201).Select(i => i / 20f)];

    [Fact]
    public void Exp_is_right_to_2e_7_for_every_width()
    {
        foreach (var values in EveryWidth(Exp<Lanes1>, Exp<Lanes128>, Exp<Lanes256>, Exp<Lanes512>))
        {
            var worst = Inputs.Zip(values, (x, y) => Math.Abs(y / Math.Exp(x) - 1)).Max();
            output.WriteLine($"largest relative error {worst:0.0e+0}");
            Assert.True(worst < 2e-7);
        }
    }

    [Fact]
    public void Erf_is_right_to_3e_7_for_every_width()
    {
        foreach (var values in EveryWidth(Erf<Lanes1>, Erf<Lanes128>, Erf<Lanes256>, Erf<Lanes512>))
        {
            var worst = Inputs.Zip(values, (x, y) => Math.Abs(y - ReferenceMath.Erf(x))).Max();
            output.WriteLine($"largest absolute error {worst:0.0e+0}");
            Assert.True(worst < 3e-7);
        }
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-1000)]
    [InlineData(-89)]
    public void Exp_of_a_large_negative_number_is_0(float x) => Assert.Equal(0, One(LaneMath.Exp, x));

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1000)]
    public void Exp_of_a_large_number_is_finite(float x) => Assert.InRange(One(LaneMath.Exp, x), 1e38f, float.MaxValue);

    [Theory]
    [InlineData(-1000, 0)]
    [InlineData(0, 0.5)]
    [InlineData(1000, 1)]
    public void Sigmoid_stays_between_0_and_1(float x, float expected) => Assert.Equal(expected, One(LaneMath.Sigmoid, x), 1e-7f);

    [Theory]
    [InlineData(-100, 0)]
    [InlineData(0, 0)]
    [InlineData(100, 100)]
    public void Gelus_are_0_on_the_left_and_the_identity_on_the_right(float x, float expected)
    {
        Assert.Equal(expected, One(LaneMath.Gelu, x), 1e-5f);
        Assert.Equal(expected, One(LaneMath.QuickGelu, x), 1e-5f);
    }

    private static IEnumerable<float[]> EveryWidth(params Func<float[]>[] widths) => widths.Select(w => w());

    private static float One(Func<Lanes1, Lanes1> function, float x) => function(new Lanes1(x)).Sum();

    private static float[] Exp<T>()
        where T : struct, ILanes<T> => Map<T>(LaneMath.Exp);

    private static float[] Erf<T>()
        where T : struct, ILanes<T> => Map<T>(LaneMath.Erf);

    private static float[] Map<T>(Func<T, T> function)
        where T : struct, ILanes<T>
    {
        var (inputs, outputs) = (new float[Inputs.Length + T.Count], new float[Inputs.Length + T.Count]);
        Inputs.CopyTo(inputs, 0);
        fixed (float* from = inputs, to = outputs)
        {
            for (var i = 0; i < Inputs.Length; i += T.Count)
                function(T.Load(from + i)).Store(to + i);
        }

        return outputs[..Inputs.Length];
    }
}
