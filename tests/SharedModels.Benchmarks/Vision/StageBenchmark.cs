using SharedModels.Compute;
using SharedModels.Compute.Embedded;
using SharedModels.Compute.Kernels;

namespace SharedModels.Benchmarks.Vision;

/// <summary>
/// The stages that take nearly all of a base-size encoder's time, compared with the peak: the micro kernel on data in the first-level
/// cache, in the same rounds.
/// </summary>
internal static unsafe class StageBenchmark
{
    private const int Tokens = 3601, Heads = 12, Width = Heads * 64, Hidden = 4 * Width, MeasuredRounds = 9;
    private const int Calls = 100_000, Depth = 64;

    public static void Run(Report report)
    {
        report.Table("stage", "threads", "GFLOP/s", "share of the peak", "working memory");
        foreach (var threads in new[] { 1, Environment.ProcessorCount })
            Run(report, threads);
        report.Text(
            $"{MeasuredRounds} interleaved rounds. The peak is the rate of the micro kernel by itself. A share compares the same round. "
            + $"The complete matrix of attention scores would take {(long)sizeof(float) * Heads * Tokens * Tokens / 1e6:0} MB.");
    }

    private static void Run(Report report, int threads)
    {
        using var engine = new EmbeddedComputeEngine(new ComputeEngineOptions { MaxDegreeOfParallelism = threads });
        using var input = engine.Upload(Numbers.Random(Tokens * Width), Tokens, Width);
        using var hidden = engine.Upload(Numbers.Random(Tokens * Hidden), Tokens, Hidden);
        using var joined = engine.Upload(Numbers.Random(Tokens * 3 * Width), Tokens, 3 * Width);
        float[][] weights = [Numbers.Random(Width * Width), Numbers.Random(Hidden * Width), Numbers.Random(Hidden * Width)];
        using var square = engine.AddMatrix(Numbers.View(weights[0], Width));
        using var up = engine.AddMatrix(Numbers.View(weights[1], Hidden));
        using var down = engine.AddMatrix(Numbers.View(weights[2], Width));
        var kernel = MicroKernel.For(MicroKernel.WidestWidth);
        var held = 0L;
        (string Name, double Work, Action Run)[] stages =
        [
            ("micro kernel (the peak)", 2e-9 * Calls * Depth * kernel.Rows * kernel.Columns * threads, () => Repeat(kernel, threads)),
            ($"linear {Width} -> {Width}", 2e-9 * Tokens * Width * Width, () => engine.Linear(input, square).Dispose()),
            ($"linear {Width} -> {Hidden}", 2e-9 * Tokens * Width * Hidden, () => engine.Linear(input, up).Dispose()),
            ($"linear {Hidden} -> {Width}", 2e-9 * Tokens * Hidden * Width, () => engine.Linear(hidden, down).Dispose()),
            ($"attention, {Tokens} tokens, {Heads} heads of 64", 4e-9 * Tokens * Tokens * Width, () =>
            {
                var before = engine.AllocatedBytes;
                engine.Attention(joined, Heads).Dispose();
                held = Math.Max(held, engine.AllocatedBytes - before);
            }),
        ];
        var rounds = Rounds.Interleave(MeasuredRounds, 1, Array.ConvertAll(stages, static stage => stage.Run));
        var peak = rounds[0].Wall.Rate(stages[0].Work);
        foreach (var (index, stage) in stages.Index())
        {
            var rate = rounds[index].Wall.Rate(stage.Work);
            report.Cells(
                stage.Name,
                $"{threads}",
                rate.ToString("0"),
                index == 0 ? "" : rate.Over(peak).ToString("0.00"),
                index == stages.Length - 1 ? $"{held / 1e6:0} MB" : "");
        }

        // Views are addresses.
        GC.KeepAlive(weights);
    }

    private static void Repeat(MicroKernel kernel, int threads) => Parallel.For(
        0,
        threads,
        new ParallelOptions { MaxDegreeOfParallelism = threads },
        _ =>
        {
            using var pool = new NativeBufferPool();
            using var a = pool.Rent(Depth * kernel.Rows);
            using var b = pool.Rent(Depth * kernel.Columns);
            using var c = pool.Rent(kernel.Rows * kernel.Columns);
            foreach (var buffer in new[] { a, b, c })
                new Span<float>(buffer.Data, (int)buffer.Capacity).Fill(0.5f);
            for (var call = 0; call < Calls; call++)
                kernel.Multiply(Depth, a.Data, b.Data, c.Data, kernel.Columns, false);
        });
}
