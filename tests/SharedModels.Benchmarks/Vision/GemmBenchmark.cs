using System.Numerics.Tensors;
using SharedModels.Compute;
using SharedModels.Compute.Embedded;

namespace SharedModels.Benchmarks.Vision;

/// <summary>The linear layers of a base-size encoder, compared with two plain implementations.</summary>
internal static unsafe class GemmBenchmark
{
    private const int Tokens = 3601, Inputs = 768, ScalarTokens = 128, Rounds = 5;

    public static void Run(Report report)
    {
        foreach (var outputs in new[] { 768, 3072 })
        {
            foreach (var threads in new[] { 1, Environment.ProcessorCount })
                Run(report, outputs, threads);
        }
    }

    private static void Run(Report report, int outputs, int threads)
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
        report.Row(
            $"linear layer {Tokens} x {Inputs} -> {outputs}, {threads} thread{(threads > 1 ? "s" : "")}",
            $"{rates[0]:0} GFLOP/s",
            $"{rates[0] / rates[1]:0.0} x TensorPrimitives.Dot ({rates[1]:0}), {rates[0] / rates[2]:0} x scalar loops ({rates[2]:0.0})");
    }

    private static double Rate(int tokens, int outputs, double seconds) => 2e-9 * tokens * Inputs * outputs / seconds;

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
