using System.Diagnostics;
using System.Globalization;
using SharedModels.Configuration;
using SharedModels.OnnxRuntime;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>Two models where there is memory for one.</summary>
internal static class BudgetBenchmark
{
    private const int Callers = 32, Texts = 1_000;

    public static void Run(Report report)
    {
        var bytes = Measured();
        report.Text(
            $"## Two models in a budget for one\n\nMiniLM and arctic-embed-xs, {Callers} callers that use either, {Texts:#,0} texts. The "
            + "budget is 1.4 times the larger model. The naive batchers hold both models all the time, because nothing in them knows about "
            + "memory. A swap creates a session from the file.");
        report.Table("", "answered", "lost", "texts per second", "evictions", "models in memory at most");
        using (var manager = Create(1.4 * bytes.Max()))
        {
            var most = 0.0;
            var (answered, rate) = Drive(
                (id, text) => manager.RunAsync<string, float[]>(id, text),
                () => most = Math.Max(most, manager.GetSnapshot().Devices.Single().UsedBytes));
            var evictions = manager.GetSnapshot().Models.Sum(static model => model.Evictions);
            Write(report, "SharedModels", answered, rate, evictions, most);
        }

        using var minilm = TextModels.Load(TextModels.MiniLm());
        using var arctic = TextModels.Load(TextModels.ArcticXs());
        using var first = new NaiveBatcher<string, float[]>(minilm, RivalCatalog.MaxBatchSize).Start();
        using var second = new NaiveBatcher<string, float[]>(arctic, RivalCatalog.MaxBatchSize).Start();
        var naive = Drive((id, text) => (id == "minilm" ? first : second).RunAsync(text), static () => { });
        Write(report, "two naive channel batchers", naive.Answered, naive.Rate, evictions: 0, bytes.Sum());
    }

    private static void Write(Report report, string name, int answered, double rate, long evictions, double most) => report.Cells(
        name, $"{answered:#,0}", $"{Texts - answered:#,0}", $"{rate:0}", $"{evictions}", $"{most / 1e6:0} MB");

    private static long[] Measured()
    {
        using var manager = Create(budget: null);
        foreach (var id in (string[])["minilm", "arctic"])
            manager.RunAsync<string, float[]>(id, "text").AsTask().GetAwaiter().GetResult();
        return [.. manager.GetSnapshot().Models.Select(static model => model.Footprint.HostBytes)];
    }

    private static SharedModelManager Create(double? budget)
    {
        var options = new SharedModelsOptions();
        if (budget is { } bytes)
            options.Devices["cpu"] = new DeviceOptions { MemoryBudget = bytes.ToString("0", CultureInfo.InvariantCulture) };
        var manager = new SharedModelManager(options, []);
        manager.Add("minilm", static _ => new TextEmbeddingModel(TextModels.MiniLm()));
        manager.Add("arctic", static _ => new TextEmbeddingModel(TextModels.ArcticXs()));
        return manager;
    }

    private static (int Answered, double Rate) Drive(Func<string, string, ValueTask<float[]>> embedAsync, Action observe)
    {
        var (next, answered) = (-1, 0);
        var start = Stopwatch.GetTimestamp();
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = Interlocked.Increment(ref next); i < Texts; i = Interlocked.Increment(ref next))
            {
                try
                {
                    await embedAsync(random.Next(2) == 0 ? "minilm" : "arctic", TextModels.Texts[i % TextModels.Texts.Length])
                        .ConfigureAwait(false);
                    Interlocked.Increment(ref answered);
                }
                catch (ModelLeaseException)
                {
                    // It is counted as lost.
                }

                if (caller == 0)
                    observe();
            }
        }))).GetAwaiter().GetResult();
        return (answered, Texts / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
