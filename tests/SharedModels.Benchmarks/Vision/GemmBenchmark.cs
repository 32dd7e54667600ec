using System.Numerics.Tensors;
using SharedModels.Compute;
using SharedModels.Compute.Embedded;
using SharedModels.Compute.Kernels;

namespace SharedModels.Benchmarks.Vision;

/// <summary>The linear layers of a base-size encoder, beside two plain ways to write them.</summary>
internal static unsafe class GemmBenchmark
{
    private const int Tokens = 3601, Inputs = 768, ScalarTokens = 128, Rounds = 5;

    public static void Run(Report report)
    {
        var (one, all) = (Ceiling(1), Ceiling(Environment.ProcessorCount));
        report.Row("micro kernel alone, data in the first-level cache, 1 thread", $"{one:0} GFLOP/s");
        report.Row($"the same, {Environment.ProcessorCount} threads", $"{all:0} GFLOP/s", $"{all / one:0.00} x 1 thread");
        foreach (var outputs in new[] { 768, 3072 })
        {
            var single = Run(report, outputs, 1, null);
            Run(report, outputs, Environment.ProcessorCount, single);
        }
    }

    private static double Run(Report report, int outputs, int threads, double? single)
    {
        var (x, w, y) = (Numbers.Random(Tokens * Inputs), Numbers.Random(outputs * Inputs), new float[Tokens * outputs]);
        using var engine = new EmbeddedComputeEngine(new ComputeEngineOptions { MaxDegreeOfParallelism = threads });
        using var input = engine.Upload(x, Tokens, Inputs);
        using var weight = engine.AddMatrix(Numbers.View(w, outputs));
        var seconds = Measure.Interleaved(Rounds,
            () => engine.Linear(input, weight).Dispose(),
            () => Dots(x, w, y, outputs, threads),
            () => Scalar(x, w, y, outputs, threads));
        var rates = new[] { Rate(Tokens, outputs, seconds[0]), Rate(Tokens, outputs, seconds[1]), Rate(ScalarTokens, outputs, seconds[2]) };
        FormattableString comparison =
            $"{rates[0] / rates[1]:0.0} x TensorPrimitives.Dot ({rates[1]:0}), {rates[0] / rates[2]:0} x scalar loops ({rates[2]:0.0})";
        report.Row($"linear layer {Tokens} x {Inputs} -> {outputs}, {threads} thread{(threads > 1 ? "s" : "")}", $"{rates[0]:0} GFLOP/s",
            single is null ? comparison : $"{comparison}, {rates[0] / single:0.00} x 1 thread");
        return rates[0];
    }

    private static double Rate(int tokens, int outputs, double seconds) => 2e-9 * tokens * Inputs * outputs / seconds;

    private static double Ceiling(int threads)
    {
        const int Calls = 100_000, Depth = 64;
        var kernel = MicroKernel.For(MicroKernel.WidestWidth);
        var seconds = Measure.Interleaved(Rounds, () => Each(threads, threads, _ =>
        {
            using var pool = new NativeBufferPool();
            using var a = pool.Rent(Depth * kernel.Rows);
            using var b = pool.Rent(Depth * kernel.Columns);
            using var c = pool.Rent(kernel.Rows * kernel.Columns);
            foreach (var buffer in new[] { a, b, c })
                new Span<float>(buffer.Data, (int)buffer.Capacity).Fill(0.5f);
            for (var call = 0; call < Calls; call++)
                kernel.Multiply(Depth, a.Data, b.Data, c.Data, kernel.Columns, false);
        }))[0];
        return 2e-9 * Calls * Depth * kernel.Rows * kernel.Columns * threads / seconds;
    }

    private static void Dots(float[] x, float[] w, float[] y, int outputs, int threads) => Each(Tokens, threads, token =>
    {
        var row = x.AsSpan(token * Inputs, Inputs);
        for (var output = 0; output < outputs; output++)
            y[token * outputs + output] = TensorPrimitives.Dot(row, w.AsSpan(output * Inputs, Inputs));
    });

    private static void Scalar(float[] x, float[] w, float[] y, int outputs, int threads) => Each(ScalarTokens, threads, token =>
    {
        for (var output = 0; output < outputs; output++)
        {
            var sum = 0f;
            for (var k = 0; k < Inputs; k++)
                sum += x[token * Inputs + k] * w[output * Inputs + k];
            y[token * outputs + output] = sum;
        }
    });

    private static void Each(int count, int threads, Action<int> body) =>
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
}
