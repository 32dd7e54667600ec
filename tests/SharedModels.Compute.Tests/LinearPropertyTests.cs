using SharedModels.Compute.Kernels;
using SharedModels.Compute.Tests.Checkpoints;

namespace SharedModels.Compute.Tests;

/// <summary>Tests the linear layer on random shapes and on shapes next to the boundaries of its blocks.</summary>
public sealed class LinearPropertyTests
{
    private static readonly Activation[] Activations = [Activation.None, Activation.QuickGelu, Activation.Gelu];

    [Theory]
    [MemberData(nameof(EngineFixture.Widths), MemberType = typeof(EngineFixture))]
    public void Any_shape_with_any_additions_is_right(int width)
    {
        var random = new Random(width);
        using var fixture = new EngineFixture((VectorWidth)width);
        for (var round = 0; round < 60; round++)
        {
            var (rows, outputs, inputs) = (random.Next(1, 40), random.Next(1, 80), random.Next(1, 90));
            var activation = Activations[random.Next(3)];
            var (x, w) = (fixture.Numbers(rows * inputs), fixture.Numbers(outputs * inputs));
            var b = random.Next(2) == 0 ? fixture.Numbers(outputs, 2) : null;
            var r = random.Next(2) == 0 ? fixture.Numbers(rows * outputs, 2) : null;
            using var input = fixture.Engine.Upload(x, rows, inputs);
            using var weight = fixture.Matrix(w, outputs);
            using var bias = b is null ? null : fixture.Vector(b);
            using var residual = r is null ? null : fixture.Engine.Upload(r, rows, outputs);
            EngineFixture.AssertClose(NaiveMath.Linear(x, w, rows, outputs, inputs, b, activation, r),
                fixture.Take(fixture.Engine.Linear(input, weight, bias, activation, residual)), 3e-5f);
            Assert.Equal(x, Download(fixture, input));
        }
    }

    [Theory]
    [InlineData(128, 143, 5, 767)]
    [InlineData(128, 145, 9, 769)]
    [InlineData(256, 144, 17, 768)]
    [InlineData(256, 145, 15, 769)]
    [InlineData(256, 289, 3, 1537)]
    [InlineData(512, 143, 33, 767)]
    [InlineData(512, 144, 31, 768)]
    [InlineData(512, 145, 32, 769)]
    [InlineData(512, 289, 1, 1537)]
    [InlineData(512, 1, 600, 2000)]
    public void Shapes_next_to_block_boundaries_are_right(int width, int rows, int outputs, int inputs)
    {
        using var fixture = new EngineFixture((VectorWidth)width);
        var (x, w, b) = (fixture.Numbers(rows * inputs), fixture.Numbers(outputs * inputs), fixture.Numbers(outputs));
        using var input = fixture.Engine.Upload(x, rows, inputs);
        using var weight = fixture.Matrix(w, outputs);
        using var bias = fixture.Vector(b);
        EngineFixture.AssertClose(NaiveMath.Linear(x, w, rows, outputs, inputs, b, Activation.QuickGelu, null),
            fixture.Take(fixture.Engine.Linear(input, weight, bias, Activation.QuickGelu)), 2e-4f);
    }

    [Theory]
    [MemberData(nameof(EngineFixture.Widths), MemberType = typeof(EngineFixture))]
    public void A_stack_of_parts_of_different_types_is_one_matrix(int width)
    {
        var random = new Random(width + 1);
        string[] types = ["F32", "F16", "BF16"];
        using var fixture = new EngineFixture((VectorWidth)width);
        for (var round = 0; round < 15; round++)
        {
            var (rows, inputs, count) = (random.Next(1, 20), random.Next(2, 50), random.Next(2, 6));
            var (views, rounded) = (new WeightView[count], new List<float>());
            for (var part = 0; part < count; part++)
            {
                var (outputs, type) = (random.Next(2, 30), types[random.Next(3)]);
                var values = fixture.Numbers(outputs * inputs);
                views[part] = fixture.View(values, outputs, type);
                rounded.AddRange(type == "F32" ? values : System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(
                    StoredTensor.Of("w", [values.Length], values).Rounded(type).Data).ToArray());
            }

            var x = fixture.Numbers(rows * inputs);
            using var input = fixture.Engine.Upload(x, rows, inputs);
            using var weight = fixture.Engine.AddMatrix(views);
            Assert.Equal((rounded.Count / inputs, inputs), (weight.Rows, weight.Columns));
            EngineFixture.AssertClose(
                NaiveMath.Linear(x, [.. rounded], rows, weight.Rows, inputs, null, Activation.None, null),
                fixture.Take(fixture.Engine.Linear(input, weight)), 2e-5f);
        }
    }

    [Theory]
    [MemberData(nameof(EngineFixture.Widths), MemberType = typeof(EngineFixture))]
    public void The_identity_matrix_does_not_change_a_bit(int width)
    {
        using var fixture = new EngineFixture((VectorWidth)width);
        foreach (var size in new[] { 1, 5, 32, 33, 100 })
        {
            var unit = new float[size * size];
            for (var i = 0; i < size; i++)
                unit[i * size + i] = 1;
            var x = fixture.Numbers(7 * size);
            using var input = fixture.Engine.Upload(x, 7, size);
            using var weight = fixture.Matrix(unit, size);
            Assert.Equal(x, fixture.Take(fixture.Engine.Linear(input, weight)));
        }
    }

    [Theory]
    [InlineData(nameof(Activation.QuickGelu))]
    [InlineData(nameof(Activation.Gelu))]
    public void An_activation_of_any_number_is_near_its_formula(string name)
    {
        var activation = Enum.Parse<Activation>(name);
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        float[] x = [-1e30f, -1000, -88, -20, -5, -1, -1e-3f, -1e-30f, 0, 1e-30f, 1e-3f, 0.5f, 1, 3, 7, 20, 90, 1000, 1e30f];
        using var input = fixture.Engine.Upload(x, x.Length, 1);
        using var one = fixture.Matrix([1], 1);
        var expected = x.Select(v => (float)NaiveMath.Activate(activation, v)).ToArray();
        var actual = fixture.Take(fixture.Engine.Linear(input, one, activation: activation));
        Assert.All(actual, v => Assert.True(float.IsFinite(v)));
        EngineFixture.AssertClose(expected[1..], actual[1..], 1e-6f);
    }

    [Fact]
    public void A_product_is_linear_in_its_input()
    {
        const int Rows = 9, Outputs = 40, Inputs = 70;
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var (x, y, w) = (fixture.Numbers(Rows * Inputs), fixture.Numbers(Rows * Inputs), fixture.Numbers(Outputs * Inputs));
        using var weight = fixture.Matrix(w, Outputs);
        var sum = Run([.. x.Zip(y, (a, b) => a + b)]);
        EngineFixture.AssertClose(sum, [.. Run(x).Zip(Run(y), (a, b) => a + b)], 1e-4f);

        // A power of two scales without rounding.
        Assert.Equal(Run(x).Select(v => 4 * v), Run([.. x.Select(v => 4 * v)]));

        float[] Run(float[] values)
        {
            using var input = fixture.Engine.Upload(values, Rows, Inputs);
            return fixture.Take(fixture.Engine.Linear(input, weight));
        }
    }

    private static float[] Download(EngineFixture fixture, ITensor tensor)
    {
        var values = new float[tensor.Rows * tensor.Columns];
        fixture.Engine.Download(tensor, values);
        return values;
    }
}
