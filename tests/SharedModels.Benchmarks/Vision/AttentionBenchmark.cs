using SharedModels.Compute;
using SharedModels.Compute.Embedded;

namespace SharedModels.Benchmarks.Vision;

/// <summary>The attention of one layer of a base-size encoder, and what it holds in memory.</summary>
internal static class AttentionBenchmark
{
    private const int Tokens = 3601, Heads = 12, Width = Heads * 64;

    public static void Run(Report report)
    {
        foreach (var threads in new[] { 1, Environment.ProcessorCount })
        {
            using var engine = new EmbeddedComputeEngine(new ComputeEngineOptions { MaxDegreeOfParallelism = threads });
            using var input = engine.Upload(Numbers.Random(Tokens * 3 * Width), Tokens, 3 * Width);
            var before = engine.AllocatedBytes;
            var seconds = Measure.Interleaved(3, () => engine.Attention(input, Heads).Dispose())[0];
            var working = engine.AllocatedBytes - before;
            var full = (long)sizeof(float) * Heads * Tokens * Tokens;
            report.Row($"attention, {Tokens} tokens, {Heads} heads of 64, {threads} thread{(threads > 1 ? "s" : "")}",
                $"{seconds:0.000} s, {4e-9 * Tokens * Tokens * Width / seconds:0} GFLOP/s",
                $"holds {working / 1e6:0} MB with its result; the whole matrix of scores has {full / 1e6:0} MB");
        }
    }
}
