using System.Diagnostics;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>An input per thousand that the model cannot process, and callers that cancel.</summary>
internal static class FaultBenchmark
{
    private const int Callers = 64, Texts = 4_000, PoisonEvery = 1_000, CancelEvery = 20;

    public static void Run(Report report)
    {
        report.Text(
            $"## An input per thousand that fails, and callers that cancel\n\n{Callers} callers, {Texts:#,0} texts. One text in "
            + $"{PoisonEvery:#,0} makes the model throw. One call in {CancelEvery} is canceled within 20 ms. A good text is lost if its "
            + "caller did not cancel and gets an exception.");
        report.Table("", "good texts", "answered", "lost", "failing texts reported", "canceled", "texts per second");
        using var manager = new SharedModelManager();
        manager.Add("minilm", static _ => new FaultyModel(TextModels.MiniLm()));
        Count(report, "SharedModels", (text, token) => manager.RunAsync<string, float[]>("minilm", text, cancellationToken: token));
        using var model = TextModels.Load(new FaultyModel(TextModels.MiniLm()));
        using var naive = new NaiveBatcher<string, float[]>(model, RivalCatalog.MaxBatchSize).Start();
        Count(report, "naive channel batcher", (text, token) => new(naive.RunAsync(text).AsTask().WaitAsync(token)));
    }

    private static void Count(Report report, string name, Func<string, CancellationToken, ValueTask<float[]>> embedAsync)
    {
        var (next, answered, lost, reported, canceled) = (-1, 0, 0, 0, 0);
        var start = Stopwatch.GetTimestamp();
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = Interlocked.Increment(ref next); i < Texts; i = Interlocked.Increment(ref next))
            {
                var isPoison = i % PoisonEvery == CancelEvery + 1;
                using var leave = new CancellationTokenSource();
                if (i % CancelEvery == 0)
                    leave.CancelAfter(random.Next(1, 20));
                try
                {
                    await embedAsync(isPoison ? FaultyModel.Poison : TextModels.Texts[i % TextModels.Texts.Length], leave.Token)
                        .ConfigureAwait(false);
                    Interlocked.Increment(ref answered);
                }
                catch (OperationCanceledException) when (leave.IsCancellationRequested)
                {
                    Interlocked.Increment(ref canceled);
                }
                catch (FormatException)
                {
                    Interlocked.Increment(ref isPoison ? ref reported : ref lost);
                }
            }
        }))).GetAwaiter().GetResult();
        var rate = Texts / Stopwatch.GetElapsedTime(start).TotalSeconds;
        report.Cells(
            name,
            $"{answered + lost:#,0}",
            $"{answered:#,0}",
            $"{lost:#,0}",
            $"{reported} of {Texts / PoisonEvery}",
            $"{canceled:#,0}",
            $"{rate:0}");
    }
}
