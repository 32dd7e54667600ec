using SharedModels.Compute.Kernels;
using SharedModels.Compute.Tests.Checkpoints;

namespace SharedModels.Compute.Tests;

/// <summary>Compares the linear layer with its formula in double precision.</summary>
public sealed class LinearTests
{
    private static readonly (int Rows, int Outputs, int Inputs)[] Shapes =
    [
        (1, 1, 1), (1, 33, 7), (7, 31, 5), (8, 32, 256), (9, 33, 257), (37, 64, 48), (13, 100, 300), (250, 70, 513), (500, 40, 16),
            (3, 600, 64),
    ];

    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (var width in new[] { 128, 256, 512 })
            {
                for (var shape = 0; shape < Shapes.Length; shape++)
                    cases.Add(width, shape);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_product_is_right_for_every_width_and_odd_size(int width, int shape)
    {
        var (rows, outputs, inputs) = Shapes[shape];
        using var fixture = new EngineFixture((VectorWidth)width);
        var (x, w) = (fixture.Numbers(rows * inputs), fixture.Numbers(outputs * inputs));
        using var input = fixture.Engine.Upload(x, rows, inputs);
        using var weight = fixture.Matrix(w, outputs);
        EngineFixture.AssertClose(Naive(x, w, rows, outputs, inputs), fixture.Take(fixture.Engine.Linear(input, weight)), 1e-4f);
    }

    [Theory]
    [InlineData(128, nameof(Activation.None), false)]
    [InlineData(128, nameof(Activation.Gelu), true)]
    [InlineData(256, nameof(Activation.QuickGelu), true)]
    [InlineData(256, nameof(Activation.Gelu), false)]
    [InlineData(512, nameof(Activation.None), true)]
    [InlineData(512, nameof(Activation.QuickGelu), false)]
    [InlineData(512, nameof(Activation.Gelu), true)]
    public void Bias_activation_and_residual_follow_in_this_order(int width, string name, bool withResidual)
    {
        var activation = Enum.Parse<Activation>(name);
        const int Rows = 19, Outputs = 45, Inputs = 23;
        using var fixture = new EngineFixture((VectorWidth)width);
        var (x, w, b, r) = (fixture.Numbers(Rows * Inputs), fixture.Numbers(Outputs * Inputs), fixture.Numbers(Outputs, 3),
            fixture.Numbers(Rows * Outputs));
        using var input = fixture.Engine.Upload(x, Rows, Inputs);
        using var weight = fixture.Matrix(w, Outputs);
        using var bias = fixture.Vector(b);
        using var residual = fixture.Engine.Upload(r, Rows, Outputs);
        var expected = Naive(x, w, Rows, Outputs, Inputs);
        for (var i = 0; i < expected.Length; i++)
            expected[i] = (float)(Apply(activation, expected[i] + (double)b[i % Outputs]) + (withResidual ? r[i] : 0));
        EngineFixture.AssertClose(expected, fixture.Take(fixture.Engine.Linear(input, weight, bias, activation, withResidual
            ? residual : null)), 2e-5f);
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Half_weights_are_used_as_they_are_stored(string type)
    {
        const int Rows = 10, Outputs = 37, Inputs = 41;
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var (x, w) = (fixture.Numbers(Rows * Inputs), fixture.Numbers(Outputs * Inputs));
        var rounded = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(StoredTensor.Of("w", [w.Length],
            w).Rounded(type).Data).ToArray();
        using var input = fixture.Engine.Upload(x, Rows, Inputs);
        using var weight = fixture.Engine.AddMatrix(fixture.View(w, Outputs, type));
        EngineFixture.AssertClose(Naive(x, rounded, Rows, Outputs, Inputs), fixture.Take(fixture.Engine.Linear(input, weight)), 1e-5f);
    }

    [Fact]
    public void Stacked_matrices_give_their_outputs_side_by_side()
    {
        const int Rows = 5, Inputs = 9;
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var (x, w, b) = (fixture.Numbers(Rows * Inputs), fixture.Numbers(60 * Inputs), fixture.Numbers(60));
        using var input = fixture.Engine.Upload(x, Rows, Inputs);
        using var one = fixture.Matrix(w, 60);
        using var parts = fixture.Engine.AddMatrix(fixture.View(w[..Inputs], 1), fixture.View(w[Inputs..(40 * Inputs)], 39, "F32"),
            fixture.View(w[(40 * Inputs)..], 20));
        using var bias = fixture.Vector(b);
        using var biasParts = fixture.Engine.AddVector(fixture.View(b[..1], 1), fixture.View(b[1..33], 1), fixture.View(b[33..], 1));
        Assert.Equal((60, Inputs, 1, 60), (parts.Rows, parts.Columns, biasParts.Rows, biasParts.Columns));
        Assert.Equal(fixture.Take(fixture.Engine.Linear(input, one, bias)), fixture.Take(fixture.Engine.Linear(input, parts, biasParts)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void The_number_of_cores_does_not_change_a_bit(int cores)
    {
        const int Rows = 300, Outputs = 700, Inputs = 300;
        using var one = new EngineFixture(MicroKernel.WidestWidth, 2);
        using var other = new EngineFixture(MicroKernel.WidestWidth, cores);
        var (x, w) = (one.Numbers(Rows * Inputs), one.Numbers(Outputs * Inputs));
        Assert.Equal(Run(one), Run(other));

        float[] Run(EngineFixture fixture)
        {
            using var input = fixture.Engine.Upload(x, Rows, Inputs);
            using var weight = fixture.Matrix(w, Outputs);
            return fixture.Take(fixture.Engine.Linear(input, weight, activation: Activation.QuickGelu));
        }
    }

    private static float[] Naive(float[] x, float[] w, int rows, int outputs, int inputs)
    {
        var result = new float[rows * outputs];
        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                var sum = 0.0;
                for (var k = 0; k < inputs; k++)
                    sum += (double)x[row * inputs + k] * w[output * inputs + k];
                result[row * outputs + output] = (float)sum;
            }
        }

        return result;
    }

    private static double Apply(Activation activation, double x) => activation switch
    {
        Activation.QuickGelu => x / (1 + Math.Exp(-1.702 * x)),
        Activation.Gelu => x / 2 * (1 + ReferenceMath.Erf(x / Math.Sqrt(2))),
        _ => x,
    };
}
