using SharedModels.Benchmarks.Rivals;

namespace SharedModels.Benchmarks.Batching;

/// <summary>The cost of an input when the model does nothing, next to a batcher of a few lines around a channel.</summary>
internal static class CostBenchmark
{
    private const int Calls = 20_000, Count = 15, MaxBatchSize = 32;

    public static void Run(Report report)
    {
        report.Text("## Cost of an input on an empty model, in real time\n\nThe median of interleaved rounds, with the range.");
        report.Table("callers", "naive channel", "SharedModels", "ratio", "bytes, naive", "bytes, SharedModels");
        using var manager = new SharedModelManager();
        manager.Add(new Empty(), "empty");
        using var naive = new NaiveBatcher<int, int>(new Empty(), MaxBatchSize).Start();
        foreach (var callers in new[] { 1, 8, 64, 256 })
        {
            var rounds = Rounds.Interleave(
                Count,
                Calls,
                () => Call(callers, naive.RunAsync),
                () => Call(callers, input => manager.RunAsync<int, int>("empty", input)));
            report.Cells(
                $"{callers}",
                rounds[0].Wall.ToTime(),
                rounds[1].Wall.ToTime(),
                rounds[1].Wall.Over(rounds[0].Wall).ToString("0.00"),
                rounds[0].Bytes.ToString("0"),
                rounds[1].Bytes.ToString("0"));
        }
    }

    private static void Call(int callers, Func<int, ValueTask<int>> run)
    {
        Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            for (var i = 0; i < Calls / callers; i++)
            {
                if (await run(i).ConfigureAwait(false) != i)
                    throw new InvalidOperationException("An input got the output of another one.");
            }
        })).GetAwaiter().GetResult();
    }

    private sealed class Empty : IBatchModel<int, int>
    {
        public IReadOnlyList<int> InvokeBatch(IReadOnlyList<int> inputs, CancellationToken cancellationToken) => inputs;
    }
}
