using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Tests;

/// <summary>Compares attention with its formula in double precision.</summary>
public sealed class AttentionTests
{
    private static readonly (int Length, int Size, int Heads, int Sequences, bool Causal)[] Shapes =
    [
        (1, 1, 1, 1, false), (5, 3, 2, 1, false), (16, 12, 4, 3, true), (37, 16, 4, 1, false), (33, 8, 1, 2, true),
        (145, 32, 4, 1, false), (257, 64, 1, 1, false), (300, 20, 2, 1, true), (513, 7, 1, 1, false),
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
    public void Attention_is_right_for_every_width_and_odd_size(int width, int shape)
    {
        var (length, size, heads, sequences, causal) = Shapes[shape];
        using var fixture = new EngineFixture((VectorWidth)width);
        var all = fixture.Numbers(sequences * length * 3 * size * heads, 2);
        using var input = fixture.Engine.Upload(all, sequences * length, 3 * size * heads);
        var expected = all.Chunk(length * 3 * size * heads).SelectMany(one => NaiveAttention.Run(one, size * heads, heads,
            causal)).ToArray();
        EngineFixture.AssertClose(expected, fixture.Take(fixture.Engine.Attention(input, heads, sequences, causal)), 1e-5f);
    }

    [Theory]
    [MemberData(nameof(EngineFixture.Widths), MemberType = typeof(EngineFixture))]
    public void Large_scores_overflow_nowhere(int width)
    {
        const int Length = 300, Size = 16;
        using var fixture = new EngineFixture((VectorWidth)width);
        var all = fixture.Numbers(Length * 3 * Size, 60);
        using var input = fixture.Engine.Upload(all, Length, 3 * Size);
        // Scores of several thousand, rounded to float32, distinguish keys only to a few hundredths.
        EngineFixture.AssertClose(NaiveAttention.Run(all, Size, 1), fixture.Take(fixture.Engine.Attention(input, 1)), 0.05f);
    }

    [Fact]
    public void A_causal_position_does_not_depend_on_what_follows()
    {
        const int Length = 20, Size = 8;
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var all = fixture.Numbers(Length * 3 * Size);
        var changed = all.ToArray();
        Array.Fill(changed, 1000f, 10 * 3 * Size, 10 * 3 * Size);
        var width = Size;
        Assert.Equal(Run(all)[..(10 * width)], Run(changed)[..(10 * width)]);

        float[] Run(float[] numbers)
        {
            using var input = fixture.Engine.Upload(numbers, Length, 3 * Size);
            return fixture.Take(fixture.Engine.Attention(input, 2, causal: true));
        }
    }

    [Fact]
    public void The_memory_grows_with_the_length_and_not_with_its_square()
    {
        using var fixture = new EngineFixture(MicroKernel.WidestWidth, 1);
        const int Length = 4096, Size = 16;
        using var input = fixture.Engine.Upload(new float[Length * 3 * Size], Length, 3 * Size);
        var before = fixture.Engine.AllocatedBytes;
        fixture.Engine.Attention(input, 1).Dispose();
        Assert.InRange(fixture.Engine.AllocatedBytes - before, Length * Size * 4, Length * Size * 4 * 5);
    }
}
