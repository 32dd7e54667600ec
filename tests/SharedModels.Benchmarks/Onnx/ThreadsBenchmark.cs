using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.OnnxRuntime;
using SharedModels.Configuration;
using SharedModels.OnnxRuntime;
using SharedModels.OnnxRuntime.Tests.RealModels;

namespace SharedModels.Benchmarks.Onnx;

/// <summary>The pool that all sessions share, against a pool for each session.</summary>
internal static class ThreadsBenchmark
{
    /// <summary>The argument for the program to measure one candidate in a separate process.</summary>
    public const string Command = "onnx-threads";

    private const int Count = 5, Runs = 150;

    // Two sessions of each encoder.
    private static readonly RealSession[] Models =
        [.. RealSession.All.Where(static model => model.Path != RealModel.ResNet18).SelectMany(static model => new[] { model, model })];

    private const string Shared = "the shared pool", Spinning = "the shared pool, spinning", Own = "own pools",
        OwnPerProcessor = "own pools with a thread per processor";

    private static readonly string[] Pools = [Shared, Spinning, Own, OwnPerProcessor];

    public static void Run(Report report)
    {
        report.Text(
            $"## One pool of threads\n\nTwo sessions of MiniLM and two of arctic-embed-xs, {Runs} runs of each. \"Own pools\" are sessions "
            + "with the default options of ONNX Runtime: a thread per core, which spins. It takes two processors for one core if they "
            + "share it. The shared pool has a thread per processor, and does not spin unless `AllowSpinning` is set. Each candidate "
            + $"runs in processes of its own. Medians of {Count} interleaved rounds, with the range.");
        report.Table("", "runs per second", "relative to own pools", "processor time of a run", "relative to own pools");
        foreach (var isConcurrent in (bool[])[false, true])
        {
            var rounds = Pools.ToDictionary(static name => name, static _ => new List<double[]>());
            for (var round = 0; round < Count; round++)
            {
                foreach (var pool in Pools)
                    rounds[pool].Add([.. ChildProcess.Run(Command, pool, $"{isConcurrent}").Split(' ').Select(Parse)]);
            }

            foreach (var pool in Pools)
            {
                report.Cells(
                    $"{pool}, {(isConcurrent ? "all sessions at the same time" : "one run after the other")}",
                    Column(pool, 0).ToString("0"),
                    pool == Own ? "" : Column(pool, 0).Over(Column(Own, 0)).ToString("0.00"),
                    $"{Column(pool, 1).Times(1e3).ToString("0.0")} ms",
                    pool == Own ? "" : Column(pool, 1).Over(Column(Own, 1)).ToString("0.00"));
            }

            Spread Column(string pool, int index) => new([.. rounds[pool].Select(round => round[index])]);
        }

        static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Prints runs per second, and the processor time of a run in seconds.</summary>
    public static void Print(string pool, bool isConcurrent)
    {
        OnnxThreads.Configure(threads => threads.AllowSpinning = pool == Spinning);
        using var provider = pool is Own or OwnPerProcessor ? null : CreateProvider();
        using var options = new SessionOptions { IntraOpNumThreads = pool == OwnPerProcessor ? Environment.ProcessorCount : 0 };
        var sessions = provider is null
            ? Models.Select(model => new InferenceSession(model.Path, options)).ToArray()
            : [.. Enumerable.Range(0, Models.Length).Select(i => Lease(provider, i))];
        Drive(sessions, Runs / 10, isConcurrent);
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        Drive(sessions, Runs, isConcurrent);
        var (wall, used) = (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        var runs = Runs * Models.Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs / wall:R} {used / runs:R}"));
    }

    private static ServiceProvider CreateProvider()
    {
        var services = new ServiceCollection().AddLogging();
        services.Configure<SharedModelsOptions>(static options => options.Devices["cpu"] = new() { MaxConcurrentHolders = Models.Length });
        var models = services.AddSharedModelManager();
        foreach (var (index, model) in Models.Index())
            models.AddOnnxModel($"model{index}", options => options.Path = model.Path);
        return models.Services.BuildServiceProvider();
    }

    // The leases end with the provider.
    private static InferenceSession Lease(ServiceProvider provider, int index) =>
        provider.GetRequiredService<ISharedModelManager>()
            .FetchModelAsync<InferenceSession>($"model{index}").AsTask().GetAwaiter().GetResult().Model;

    private static void Drive(InferenceSession[] sessions, int runs, bool isConcurrent)
    {
        if (isConcurrent)
        {
            Task.WhenAll(sessions.Zip(Models).Select(pair => Task.Factory.StartNew(
                () => Run(pair.First, pair.Second, runs),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))).GetAwaiter().GetResult();
            return;
        }

        for (var i = 0; i < runs; i++)
        {
            foreach (var (session, model) in sessions.Zip(Models))
                model.Use(session);
        }
    }

    private static void Run(InferenceSession session, RealSession model, int runs)
    {
        for (var i = 0; i < runs; i++)
            model.Use(session);
    }
}
