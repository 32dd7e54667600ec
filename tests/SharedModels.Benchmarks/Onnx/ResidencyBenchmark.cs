using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.OnnxRuntime;

namespace SharedModels.Benchmarks.Onnx;

/// <summary>Three models where there is memory for two.</summary>
internal static class ResidencyBenchmark
{
    /// <summary>The argument for the program to measure one candidate in a separate process.</summary>
    public const string Command = "onnx-residency";

    private const int Count = 3, Callers = 8, Runs = 240;

    private const string BudgetForTwo = "SharedModels, budget for two", AllInMemory = "SharedModels, all three in memory",
        Singletons = "three singleton sessions behind a semaphore", PerRequest = "a session per request";

    private static readonly string[] Candidates = [BudgetForTwo, AllInMemory, Singletons, PerRequest];

    public static void Run(Report report)
    {
        var bytes = RealSession.Measure();
        var megabytes = string.Join(", ", bytes.Select(static value => $"{value / 1e6:0}"));
        report.Text(
            $"## Three models in a budget for two\n\n{Callers} callers run ResNet-18, MiniLM or arctic-embed-xs at random, one after the "
            + $"other, {Runs} runs in all. The models take {megabytes} MB, and the budget "
            + "is the sum of the two largest. Without batches, and with one run at a time, so that the candidates differ only in "
            + $"what is in memory. Each candidate runs in processes of its own. Medians of {Count} interleaved rounds, with the range.");
        report.Table("", "runs per second", "relative to all three in memory", "p99", "evictions", "peak memory");
        var budget = bytes.Order().Skip(1).Sum();
        var rounds = Candidates.ToDictionary(static name => name, static _ => new List<double[]>());
        for (var round = 0; round < Count; round++)
        {
            foreach (var name in Candidates)
                rounds[name].Add([.. ChildProcess.Run(Command, name, $"{budget}").Split(' ').Select(Parse)]);
        }

        var all = Column(AllInMemory, 0);
        foreach (var name in Candidates)
        {
            report.Cells(
                name,
                Column(name, 0).ToString("0"),
                name == AllInMemory ? "" : Column(name, 0).Over(all).ToString("0.00"),
                $"{Column(name, 1).Times(1e3).ToString("0")} ms",
                Column(name, 2).ToString("0"),
                $"{Column(name, 3).Times(1e-6).ToString("0")} MB");
        }

        Spread Column(string name, int index) => new([.. rounds[name].Select(round => round[index])]);

        static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Prints runs per second, the 99th percentile of the time of a run in seconds, evictions and the peak in bytes.</summary>
    public static void Print(string candidate, long budget)
    {
        var (rate, slowest, evictions) = candidate switch
        {
            BudgetForTwo => RunLeased(budget),
            AllInMemory => RunLeased(budget: null),
            Singletons => RunSingletons(),
            _ => Drive(static model =>
            {
                using var session = new InferenceSession(model.Path);
                model.Use(session);
                return Task.CompletedTask;
            }),
        };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rate:R} {slowest:R} {evictions} {ProcessMemory.PeakBytes()}"));
    }

    private static (double Rate, double Slowest, long Evictions) RunLeased(long? budget)
    {
        using var provider = RealSession.CreateProvider(budget);
        var manager = provider.GetRequiredService<ISharedModelManager>();
        var result = Drive(model => model.UseLeasedAsync(manager));
        return result with { Evictions = manager.GetSnapshot().Models.Sum(static model => model.Evictions) };
    }

    private static (double Rate, double Slowest, long Evictions) RunSingletons()
    {
        using var gate = new SemaphoreSlim(1);
        var sessions = RealSession.All.ToDictionary(static model => model, static model => new InferenceSession(model.Path));
        return Drive(async model =>
        {
            await gate.WaitAsync().ConfigureAwait(false);
            try
            {
                model.Use(sessions[model]);
            }
            finally
            {
                gate.Release();
            }
        });
    }

    private static (double Rate, double Slowest, long Evictions) Drive(Func<RealSession, Task> useAsync)
    {
        // The first uses load the code and, where they are kept, the models.
        foreach (var model in RealSession.All)
            useAsync(model).GetAwaiter().GetResult();
        var (next, times) = (-1, new ConcurrentBag<double>());
        var start = Stopwatch.GetTimestamp();
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            while (Interlocked.Increment(ref next) < Runs)
            {
                var begin = Stopwatch.GetTimestamp();
                await useAsync(RealSession.All[random.Next(RealSession.All.Length)]).ConfigureAwait(false);
                times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }
        }))).GetAwaiter().GetResult();
        return (Runs / Stopwatch.GetElapsedTime(start).TotalSeconds, times.Order().ElementAt((int)(0.99 * times.Count)), 0);
    }
}
