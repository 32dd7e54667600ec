using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Tests;

/// <summary>Tests that the results are bit-identical on any number of cores, and that repeated use takes no more memory.</summary>
public sealed class DeterminismTests
{
    private const int Tokens = 150, Width = 96, Heads = 4, Sequences = 2;

    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (var width in new[] { 128, 256, 512 })
            {
                foreach (var cores in new[] { 1, 2, 4 })
                    cases.Add(width, cores);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_gives_the_same_bits_on_any_number_of_cores(int width, int cores)
    {
        using var expected = new EngineFixture((VectorWidth)width, 3);
        using var actual = new EngineFixture((VectorWidth)width, cores);
        Assert.Equal(expected.Take(Layer(expected)), actual.Take(Layer(actual)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_gives_the_same_bits_again(int width, int cores)
    {
        using var first = new EngineFixture((VectorWidth)width, cores);
        using var second = new EngineFixture((VectorWidth)width, cores);
        Assert.Equal(first.Take(Layer(first)), second.Take(Layer(second)));
    }

    [Theory]
    [MemberData(nameof(EngineFixture.Widths), MemberType = typeof(EngineFixture))]
    public void On_one_core_the_memory_does_not_grow_after_the_first_time(int width)
    {
        using var fixture = new EngineFixture((VectorWidth)width, 1);
        Layer(fixture).Dispose();
        var before = fixture.Engine.AllocatedBytes;
        for (var i = 0; i < 4; i++)
            Layer(fixture).Dispose();
        Assert.Equal(before, fixture.Engine.AllocatedBytes);
    }

    [Fact]
    public void The_register_widths_agree_except_for_rounding()
    {
        using var narrow = new EngineFixture(VectorWidth.Bits128);
        using var middle = new EngineFixture(VectorWidth.Bits256);
        using var wide = new EngineFixture(VectorWidth.Bits512);
        var expected = narrow.Take(Layer(narrow));
        EngineFixture.AssertClose(expected, middle.Take(Layer(middle)), 1e-4f);
        EngineFixture.AssertClose(expected, wide.Take(Layer(wide)), 1e-4f);
    }

    [Fact]
    public void Sequences_do_not_affect_each_other()
    {
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var all = fixture.Numbers(3 * 20 * 3 * 16);
        using var together = fixture.Engine.Upload(all, 60, 48);
        var expected = all.Chunk(20 * 48).SelectMany(one =>
        {
            using var alone = fixture.Engine.Upload(one, 20, 48);
            return fixture.Take(fixture.Engine.Attention(alone, 2));
        });
        Assert.Equal(expected, fixture.Take(fixture.Engine.Attention(together, 2, 3)));
    }

    [Fact]
    public void Heads_do_not_affect_each_other()
    {
        const int Length = 30, Size = 12;
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var all = fixture.Numbers(Length * 3 * 2 * Size);
        var changed = all.ToArray();
        for (var i = 0; i < changed.Length; i++)
        {
            // The queries, keys and values of the second head.
            if (i % (2 * Size) >= Size)
                changed[i] = -changed[i];
        }

        var (before, after) = (Run(all), Run(changed));
        for (var i = 0; i < before.Length; i++)
            Assert.Equal(i % (2 * Size) < Size, before[i] == after[i]);

        float[] Run(float[] values)
        {
            using var input = fixture.Engine.Upload(values, Length, 6 * Size);
            return fixture.Take(fixture.Engine.Attention(input, 2));
        }
    }

    // Fixtures generate the same numbers in the same order.
    private static ITensor Layer(EngineFixture fixture)
    {
        var random = new Random(3);
        using var input = fixture.Engine.Upload(Some(Tokens * Sequences * Width), Tokens * Sequences, Width);
        using var gain = fixture.Vector(Some(Width));
        using var bias = fixture.Vector(Some(Width));
        using var weight = fixture.Matrix(Some(3 * Width * Width), 3 * Width);
        using var last = fixture.Matrix(Some(Width * Width), Width);
        using var normed = fixture.Engine.LayerNorm(input, gain, bias, 1e-5f);
        using var wide = fixture.Engine.Linear(normed, weight, activation: Activation.QuickGelu);
        using var attended = fixture.Engine.Attention(wide, Heads, Sequences);
        return fixture.Engine.Linear(attended, last, bias, Activation.Gelu, input);

        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
