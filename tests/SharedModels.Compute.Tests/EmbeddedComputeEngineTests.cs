using SharedModels.Compute.Embedded;
using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Tests;

public sealed class EmbeddedComputeEngineTests : IDisposable
{
    private readonly EngineFixture _fixture = new(MicroKernel.WidestWidth);

    private EmbeddedComputeEngine Engine => _fixture.Engine;

    [Theory]
    [InlineData(128, 1)]
    [InlineData(128, 67)]
    [InlineData(256, 9)]
    [InlineData(256, 768)]
    [InlineData(512, 15)]
    [InlineData(512, 131)]
    public void Layer_norm_is_right_for_every_width_and_odd_size(int width, int columns)
    {
        const int Rows = 13;
        using var fixture = new EngineFixture((VectorWidth)width);
        var (x, g, b) = (fixture.Numbers(Rows * columns, 5), fixture.Numbers(columns), fixture.Numbers(columns));
        using var input = fixture.Engine.Upload(x, Rows, columns);
        using var gain = fixture.Vector(g);
        using var bias = fixture.Vector(b);
        var expected = x.Chunk(columns).SelectMany(row =>
        {
            var mean = row.Average(v => (double)v);
            var variance = row.Average(v => (v - mean) * (v - mean));
            return row.Select((v, i) => (float)((v - mean) / Math.Sqrt(variance + 0.01) * g[i] + b[i]));
        }).ToArray();
        EngineFixture.AssertClose(expected, fixture.Take(fixture.Engine.LayerNorm(input, gain, bias, 0.01f)), 1e-5f);
    }

    [Fact]
    public void Patches_are_cut_row_by_row_and_the_rest_is_dropped()
    {
        // Two images with two channels of 5 x 5 pixels. Each number is its own position.
        var pixels = Enumerable.Range(0, 2 * 2 * 25).Select(i => (float)i).ToArray();
        using var planes = Engine.Upload(pixels, 4, 25);
        var patches = _fixture.Take(Engine.Patches(planes, 2, 2)).Chunk(8).ToArray();
        Assert.Equal(8, patches.Length);
        Assert.Equal([0f, 1, 5, 6, 25, 26, 30, 31], patches[0]);
        Assert.Equal([2f, 3, 7, 8, 27, 28, 32, 33], patches[1]);
        Assert.Equal([10f, 11, 15, 16, 35, 36, 40, 41], patches[2]);
        Assert.Equal([62f, 63, 67, 68, 87, 88, 92, 93], patches[7]);
    }

    [Fact]
    public void The_class_token_comes_before_each_images_patches()
    {
        using var patches = Engine.Upload([1, 2, 3, 4], 4, 1);
        using var token = _fixture.Vector([10]);
        using var positions = _fixture.Matrix([100, 200, 300], 3);
        Assert.Equal([110f, 201, 302, 110, 203, 304], _fixture.Take(Engine.AddClassToken(patches, token, positions)));
    }

    [Fact]
    public void Patch_tokens_are_multiplied_with_their_images_class_token()
    {
        using var tokens = Engine.Upload([2, 3, 4, 5, 6, 7], 6, 1);
        Assert.Equal([6f, 8, 30, 35], _fixture.Take(Engine.MergeClassToken(tokens, 2)));
    }

    [Fact]
    public void Tokens_are_looked_up_and_placed()
    {
        using var table = _fixture.Matrix([1, 2, 3, 4, 5, 6], 3);
        using var positions = _fixture.Matrix([10, 20, 30, 40], 2);
        Assert.Equal([15f, 26, 31, 42, 13, 24, 33, 44], _fixture.Take(Engine.EmbedTokens([2, 0, 1, 1], table, positions, 2)));
    }

    [Fact]
    public void Rows_are_selected_in_the_requested_order()
    {
        using var input = Engine.Upload([1, 2, 3, 4, 5, 6], 3, 2);
        Assert.Equal([5f, 6, 1, 2, 5, 6], _fixture.Take(Engine.SelectRows(input, [2, 0, 2])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Rows_are_divided_by_their_length(float epsilon)
    {
        var x = _fixture.Numbers(3 * 37);
        using var input = Engine.Upload(x, 3, 37);
        var expected = x.Chunk(37)
            .SelectMany(row => row.Select(v => (float)(v / (Math.Sqrt(row.Sum(u => (double)u * u)) + epsilon))))
            .ToArray();
        EngineFixture.AssertClose(expected, _fixture.Take(Engine.NormalizeRows(input, epsilon)), 1e-6f);
    }

    [Fact]
    public void Queries_are_scored_with_each_rows_shift_and_scale()
    {
        using var embeddings = Engine.Upload([1, 2, 3, 4], 2, 2);
        using var queries = Engine.Upload([1, 0, 0, 1, 1, 1], 3, 2);
        using var shiftAndScale = Engine.Upload([0.5f, 2, -1, -3], 2, 2);
        var factor = MathF.Exp(-3);
        EngineFixture.AssertClose([4.5f, 7.5f, 10.5f, 2 * factor, 3 * factor, 6 * factor],
            _fixture.Take(Engine.ScoreQueries(embeddings, queries, shiftAndScale)), 1e-6f);
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Weights_of_every_type_are_read_exactly(string type)
    {
        // Powers of two and their sums are exact in every type.
        float[] values = [.. Enumerable.Range(0, 41).Select(i => MathF.ScaleB(i % 3 == 0 ? 1.5f : -1, i % 20 - 10))];
        using var table = Engine.AddMatrix(_fixture.View(values, 1, type));
        using var positions = Engine.AddMatrix(_fixture.View(new float[41], 1, type));
        Assert.Equal(values, _fixture.Take(Engine.EmbedTokens([0], table, positions, 1)));
    }

    [Fact]
    public void Unsuitable_shapes_are_rejected_with_both_shapes()
    {
        using var input = Engine.Upload(new float[6], 2, 3);
        using var weight = _fixture.Matrix(new float[8], 2);
        using var vector = _fixture.Vector(new float[3]);
        var message = Assert.Throws<ArgumentException>(() => Engine.Linear(input, weight)).Message;
        Assert.Contains("[2, 3]", message, StringComparison.Ordinal);
        Assert.Contains("[2, 4]", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Engine.LayerNorm(input, vector, weight, 0));
        Assert.Throws<ArgumentException>(() => Engine.Attention(input, 2));
        Assert.Throws<ArgumentException>(() => Engine.Attention(input, 1, sequences: 3));
        Assert.Throws<ArgumentException>(() => Engine.Patches(input, 1, 1));
        Assert.Throws<ArgumentException>(() => Engine.MergeClassToken(input, 2));
        Assert.Throws<ArgumentException>(() => Engine.AddClassToken(input, vector, weight));
        Assert.Throws<ArgumentException>(() => Engine.SelectRows(input, [2]));
        Assert.Throws<ArgumentException>(() => Engine.SelectRows(input, []));
        Assert.Throws<ArgumentException>(() => Engine.EmbedTokens([2], weight, weight, 1));
        Assert.Throws<ArgumentException>(() => Engine.EmbedTokens([0, 0, 0], weight, weight, 3));
        Assert.Throws<ArgumentException>(() => Engine.ScoreQueries(input, input, input));
        Assert.Throws<ArgumentException>(() => Engine.Upload(new float[5], 2, 3));
        Assert.Throws<ArgumentException>(() => Engine.Download(input, new float[5]));
        Assert.Throws<ArgumentException>(() => Engine.AddMatrix());
        Assert.Throws<ArgumentException>(() => Engine.AddMatrix(_fixture.View([1, 2], 1), _fixture.View([1], 1)));
        Assert.Throws<ArgumentException>(() => Engine.AddVector());
        Assert.Throws<ArgumentException>(() => Engine.AddVector(_fixture.View([1, 2], 2)));
    }

    [Fact]
    public void Tensors_of_another_engine_or_kind_are_rejected()
    {
        using var other = new EngineFixture(MicroKernel.WidestWidth);
        using var foreign = other.Engine.Upload([1], 1, 1);
        using var foreignWeight = other.Matrix([1], 1);
        using var own = Engine.Upload([1], 1, 1);
        using var ownWeight = _fixture.Matrix([1], 1);
        Assert.Throws<ArgumentException>(() => Engine.Linear(foreign, ownWeight));
        Assert.Throws<ArgumentException>(() => Engine.Linear(own, foreignWeight));
        Assert.Throws<ArgumentException>(() => Engine.Linear(own, own));
        Assert.Throws<ArgumentException>(() => Engine.Download(ownWeight, new float[1]));
    }

    [Fact]
    public void A_disposed_tensor_is_rejected()
    {
        var tensor = Engine.Upload([1], 1, 1);
        tensor.Dispose();
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Engine.Download(tensor, new float[1]));
    }

    [Fact]
    public void Repeated_work_takes_no_additional_memory()
    {
        using var weight = _fixture.Matrix(_fixture.Numbers(96 * 32), 96);
        Work();
        var before = _fixture.Engine.AllocatedBytes;
        for (var i = 0; i < 5; i++)
            Work();
        // It is possible that two threads first need their scratch buffers at the same time in a later run.
        Assert.InRange(_fixture.Engine.AllocatedBytes, before, before * 2);

        void Work()
        {
            using var input = Engine.Upload(new float[50 * 32], 50, 32);
            using var wide = Engine.Linear(input, weight);
            using var attended = Engine.Attention(wide, 4);
        }
    }

    [Fact]
    public void Disposing_the_engine_frees_unused_memory_and_the_rest_when_it_is_returned()
    {
        var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var kept = fixture.Engine.Upload(new float[2000], 2, 1000);
        fixture.Engine.Upload(new float[10], 1, 10).Dispose();
        fixture.Dispose();
        Assert.Equal(2048 * 4, fixture.Engine.AllocatedBytes);
        kept.Dispose();
        Assert.Equal(0, fixture.Engine.AllocatedBytes);
        Assert.Throws<ObjectDisposedException>(() => fixture.Engine.Upload([1], 1, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_operation_that_is_canceled_halfway_keeps_no_memory(int cores)
    {
        using var fixture = new EngineFixture(MicroKernel.WidestWidth, cores);
        using var weight = fixture.Matrix(fixture.Numbers(96 * 64), 96);
        using (var input = fixture.Engine.Upload(new float[2000 * 64], 2000, 64))
        {
            for (var i = 0; i < 20; i++)
            {
                using var source = new CancellationTokenSource();
                fixture.Engine.Cancellation = source.Token;
                var computing = Task.Run(() =>
                {
                    while (true)
                    {
                        using var wide = fixture.Engine.Linear(input, weight);
                        using var attended = fixture.Engine.Attention(wide, 4);
                        using var divided = fixture.Engine.NormalizeRows(attended, 1);
                    }
                });
                await source.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => computing);
            }
        }

        fixture.Engine.Dispose();
        Assert.Equal(0, fixture.Engine.AllocatedBytes);
    }

    [Fact]
    public void The_factory_makes_engines_for_the_cpu_only()
    {
        var factory = new EmbeddedComputeEngineFactory();
        Assert.True(factory.Supports(Device.Cpu));
        Assert.False(factory.Supports(Device.Cuda(0)));
        using var engine = factory.Create(Device.Cpu, new ComputeEngineOptions());
        Assert.Equal(Device.Cpu, engine.Device);
        Assert.Contains("cuda:0", Assert.Throws<NotSupportedException>(() => factory.Create(Device.Cuda(0),
            new ComputeEngineOptions())).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _fixture.Dispose();
}
