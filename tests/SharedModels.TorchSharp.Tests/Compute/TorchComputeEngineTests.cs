using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Compute;
using SharedModels.TorchSharp.Compute;

namespace SharedModels.TorchSharp.Tests.Compute;

/// <summary>Compares each operation with the embedded engine, which is compared with plain loops.</summary>
public sealed class TorchComputeEngineTests
{
    [TorchFact]
    public void Linear_layers_agree() => Compare(static run =>
    {
        var (x, w, b, r) = (run.Values(5, 8), run.Matrix(7, 8), run.Vector(7), run.Values(5, 7));
        run.Check(run.Engine.Linear(x, w));
        run.Check(run.Engine.Linear(x, w, b, Activation.QuickGelu, r));
        run.Check(run.Engine.Linear(x, w, b, Activation.Gelu));
    });

    [TorchFact]
    public void Normalizations_agree() => Compare(static run =>
    {
        run.Check(run.Engine.LayerNorm(run.Values(5, 8), run.Vector(8), run.Vector(8), 1e-5f));
        run.Check(run.Engine.NormalizeRows(run.Values(5, 8), 1e-6f));
    });

    [TorchFact]
    public void Attention_agrees() => Compare(static run =>
    {
        run.Check(run.Engine.Attention(run.Values(6, 24), heads: 2));
        run.Check(run.Engine.Attention(run.Values(6, 24), heads: 4, sequences: 2));
        run.Check(run.Engine.Attention(run.Values(6, 24), heads: 2, sequences: 3, causal: true));
        run.Check(run.Engine.Attention(run.Values(6, 24), heads: 1, causal: true));
    });

    [TorchFact]
    public void Patches_and_class_tokens_agree() => Compare(static run =>
    {
        run.Check(run.Engine.Patches(run.Values(6, 25), channels: 3, patch: 2));
        run.Check(run.Engine.AddClassToken(run.Values(6, 8), run.Vector(8), run.Matrix(4, 8)));
        run.Check(run.Engine.MergeClassToken(run.Values(8, 5), images: 2));
    });

    [TorchFact]
    public void Tokens_rows_and_scores_agree() => Compare(static run =>
    {
        run.Check(run.Engine.EmbedTokens([0, 3, 2, 1], run.Matrix(5, 8), run.Matrix(3, 8), length: 2));
        run.Check(run.Engine.SelectRows(run.Values(5, 8), [4, 0, 4]));
        run.Check(run.Engine.ScoreQueries(run.Values(5, 8), run.Values(3, 8), run.Values(5, 2)));
    });

    [TorchFact]
    public void Weights_in_parts_agree() => Compare(static run =>
    {
        run.Check(run.Engine.Linear(run.Values(5, 8), run.Matrices(8, 3, 4), run.Vectors(3, 4)));
    });

    [TorchFact]
    public void Tensors_that_do_not_fit_or_belong_to_other_engines_are_rejected()
    {
        using var engine = Make(ElementType.Float32);
        using var other = Make(ElementType.Float32);
        using var x = engine.Upload([1, 2, 3, 4], 2, 2);
        using var foreign = other.Upload([1, 2, 3, 4], 2, 2);
        Assert.Throws<ArgumentException>(() => engine.Upload([1, 2, 3], 2, 2));
        Assert.Throws<ArgumentException>(() => engine.Linear(x, x));
        Assert.Throws<ArgumentException>(() => engine.NormalizeRows(foreign, 0));
        Assert.Throws<ArgumentException>(() => engine.SelectRows(x, [2]));
        Assert.Throws<ArgumentException>(() => engine.Attention(x, 1));
        Assert.Throws<ArgumentException>(() => engine.Download(x, new float[3]));
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.NormalizeRows(x, 0));
        Assert.Throws<ObjectDisposedException>(() => engine.Upload([1], 1, 1));
    }

    private static void Compare(Action<EngineRun> operations)
    {
        using var embedded = new EmbeddedComputeEngineFactory().Create(Device.Cpu, new());
        foreach (var (type, tolerance) in new[] { (ElementType.Float32, 1e-5f), (ElementType.BFloat16, 0.1f), (
            ElementType.Float16, 0.01f) })
        {
            using var expected = new EngineRun(embedded);
            operations(expected);
            using var engine = Make(type);
            using var actual = new EngineRun(engine);
            operations(actual);
            Assert.Equal(expected.Results.Count, actual.Results.Count);
            foreach (var (left, right) in expected.Results.Zip(actual.Results))
            {
                Assert.Equal(left.Length, right.Length);
                foreach (var (a, b) in left.Zip(right))
                    Assert.True(MathF.Abs(a - b) <= tolerance * MathF.Max(1, MathF.Abs(a)), $"{type}: {b} instead of {a}");
            }
        }
    }

    private static TorchComputeEngine Make(ElementType type) => new(Device.Cpu, type, new(null, new(), new(), NullLoggerFactory.Instance));
}
