using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Tests;

/// <summary>Tests every operation except the linear layer, in every register width, on random shapes.</summary>
public sealed class EngineOperationTests
{
    private const int Rounds = 25;

    public static TheoryData<int> Widths => EngineFixture.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Layer_norm(int width)
    {
        var (fixture, random) = Start(width);
        using (fixture)
        {
            for (var round = 0; round < Rounds; round++)
            {
                var (rows, columns) = (random.Next(1, 30), random.Next(1, 150));
                var (x, g, b) = (fixture.Numbers(rows * columns, 4), fixture.Numbers(columns, 2), fixture.Numbers(columns, 2));
                using var input = fixture.Engine.Upload(x, rows, columns);
                using var gain = fixture.Vector(g);
                using var bias = fixture.Vector(b);
                EngineFixture.AssertClose(NaiveMath.LayerNorm(x, g, b, 1e-3),
                    fixture.Take(fixture.Engine.LayerNorm(input, gain, bias, 1e-3f)), 2e-5f);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Layer_norm_of_equal_numbers_is_the_bias(int width)
    {
        using var fixture = new EngineFixture((VectorWidth)width);
        var b = fixture.Numbers(37);
        using var input = fixture.Engine.Upload([.. Enumerable.Repeat(8f, 37 * 3)], 3, 37);
        using var gain = fixture.Vector(fixture.Numbers(37));
        using var bias = fixture.Vector(b);
        Assert.Equal([.. b, .. b, .. b], fixture.Take(fixture.Engine.LayerNorm(input, gain, bias, 1e-5f)));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Normalize_rows(int width)
    {
        var (fixture, random) = Start(width);
        using (fixture)
        {
            for (var round = 0; round < Rounds; round++)
            {
                var (rows, columns) = (random.Next(1, 30), random.Next(1, 150));
                var x = fixture.Numbers(rows * columns, 10);
                using var input = fixture.Engine.Upload(x, rows, columns);
                EngineFixture.AssertClose(NaiveMath.NormalizeRows(x, columns, 1e-6),
                    fixture.Take(fixture.Engine.NormalizeRows(input, 1e-6f)), 1e-6f);
            }
        }
    }

    [Fact]
    public void A_row_of_zeros_stays_0_with_an_epsilon()
    {
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        using var input = fixture.Engine.Upload(new float[20], 2, 10);
        Assert.Equal(new float[20], fixture.Take(fixture.Engine.NormalizeRows(input, 1e-6f)));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Score_queries(int width)
    {
        var (fixture, random) = Start(width);
        using (fixture)
        {
            for (var round = 0; round < Rounds; round++)
            {
                var (rows, queries, columns) = (random.Next(1, 60), random.Next(1, 9), random.Next(1, 70));
                var (e, q, s) = (fixture.Numbers(rows * columns), fixture.Numbers(queries * columns), fixture.Numbers(rows * 2, 3));
                using var embeddings = fixture.Engine.Upload(e, rows, columns);
                using var asked = fixture.Engine.Upload(q, queries, columns);
                using var shiftAndScale = fixture.Engine.Upload(s, rows, 2);
                EngineFixture.AssertClose(NaiveMath.ScoreQueries(e, q, s, columns),
                    fixture.Take(fixture.Engine.ScoreQueries(embeddings, asked, shiftAndScale)), 2e-5f);
            }
        }
    }

    [Fact]
    public void The_scale_of_a_score_is_continuous_at_0()
    {
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        using var embeddings = fixture.Engine.Upload([1, 1, 1], 3, 1);
        using var query = fixture.Engine.Upload([1], 1, 1);
        using var shiftAndScale = fixture.Engine.Upload([0, -1e-6f, 0, 0, 0, 1e-6f], 3, 2);
        var scores = fixture.Take(fixture.Engine.ScoreQueries(embeddings, query, shiftAndScale));
        Assert.All(scores, score => Assert.Equal(1, score, 1e-5f));
        Assert.Equal(scores.Order(), scores);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Patches(int width)
    {
        var (fixture, random) = Start(width);
        using (fixture)
        {
            for (var round = 0; round < Rounds; round++)
            {
                var (images, channels, side) = (random.Next(1, 4), random.Next(1, 4), random.Next(1, 20));
                var patch = random.Next(1, side + 1);
                var x = fixture.Numbers(images * channels * side * side);
                using var pixels = fixture.Engine.Upload(x, images * channels, side * side);
                using var patches = fixture.Engine.Patches(pixels, channels, patch);
                Assert.Equal((images * (side / patch) * (side / patch), channels * patch * patch), (patches.Rows, patches.Columns));
                var values = new float[patches.Rows * patches.Columns];
                fixture.Engine.Download(patches, values);
                Assert.Equal(NaiveMath.Patches(x, images, channels, side, patch), values);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Class_tokens_added_and_merged(int width)
    {
        var (fixture, random) = Start(width);
        using (fixture)
        {
            for (var round = 0; round < Rounds; round++)
            {
                var (images, patches, columns) = (random.Next(1, 4), random.Next(1, 12), random.Next(1, 70));
                var (x, t, p) =
                    (fixture.Numbers(images * patches * columns), fixture.Numbers(columns), fixture.Numbers((patches + 1) * columns));
                using var input = fixture.Engine.Upload(x, images * patches, columns);
                using var token = fixture.Vector(t);
                using var positions = fixture.Matrix(p, patches + 1);
                using var tokens = fixture.Engine.AddClassToken(input, token, positions);
                var added = x.Chunk(patches * columns).SelectMany(image => t.Concat(image).Select((v, i) => v + p[i])).ToArray();
                Assert.Equal(added, Download(fixture, tokens));
                var merged = added.Chunk((patches + 1) * columns)
                    .SelectMany(image => image.Skip(columns).Select((v, i) => v * image[i % columns]));
                Assert.Equal(merged, fixture.Take(fixture.Engine.MergeClassToken(tokens, images)));
            }
        }
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Tokens_looked_up(string type)
    {
        var (fixture, random) = Start(256);
        using (fixture)
        {
            for (var round = 0; round < Rounds; round++)
            {
                // Small whole numbers are exact in every type.
                var (words, longest, columns) = (random.Next(2, 30), random.Next(2, 10), random.Next(2, 70));
                float[] t = [.. Enumerable.Range(0, words * columns).Select(_ => (float)random.Next(-100, 100))];
                float[] p = [.. Enumerable.Range(0, longest * columns).Select(_ => (float)random.Next(-100, 100))];
                using var table = fixture.Engine.AddMatrix(fixture.View(t, words, type));
                using var positions = fixture.Engine.AddMatrix(fixture.View(p, longest, type));
                var length = random.Next(1, longest + 1);
                var ids = Enumerable.Range(0, length * random.Next(1, 5)).Select(_ => random.Next(words)).ToArray();
                var expected = ids.SelectMany((id, i) =>
                    Enumerable.Range(0, columns).Select(c => t[id * columns + c] + p[i % length * columns + c]));
                Assert.Equal(expected, fixture.Take(fixture.Engine.EmbedTokens(ids, table, positions, length)));
            }
        }
    }

    [Fact]
    public void Rows_selected()
    {
        var (fixture, random) = Start(512);
        using (fixture)
        {
            for (var round = 0; round < Rounds; round++)
            {
                var (rows, columns) = (random.Next(1, 20), random.Next(1, 70));
                var x = fixture.Numbers(rows * columns);
                using var input = fixture.Engine.Upload(x, rows, columns);
                var chosen = Enumerable.Range(0, random.Next(1, 10)).Select(_ => random.Next(rows)).ToArray();
                Assert.Equal(chosen.SelectMany(r => x[(r * columns)..((r + 1) * columns)]),
                    fixture.Take(fixture.Engine.SelectRows(input, chosen)));
            }
        }
    }

    private static (EngineFixture Fixture, Random Random) Start(int width) => (new((VectorWidth)width), new(width));

    private static float[] Download(EngineFixture fixture, ITensor tensor)
    {
        var values = new float[tensor.Rows * tensor.Columns];
        fixture.Engine.Download(tensor, values);
        return values;
    }
}
