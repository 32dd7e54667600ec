using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.Benchmarks.Onnx;

/// <summary>The time that swaps of models take, and the memory of the process over many of them.</summary>
internal static class CycleBenchmark
{
    /// <summary>The argument for the program to measure in a separate process.</summary>
    public const string Command = "onnx-cycles";

    private const int Cycles = 200, First = 10;

    public static void Run(Report report)
    {
        report.Text(
            $"## Swaps\n\nEach model is loaded, used and evicted {Cycles} times, in turn, in a process of its own. Times are medians over "
            + "all cycles, with the 5th and the 95th percentile. A load includes the lease and one run.");
        report.Table("", "in memory", "load and run", "run when loaded", "eviction", "load per MB");
        var lines = ChildProcess.Run(Command).Split('\n');
        foreach (var line in lines[..^1])
        {
            var (id, bytes) = (line.Split(' ')[0], double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
            var times = line.Split(' ')[2..].Select(Quantiles.Parse).ToArray();
            report.Cells(
                id, $"{bytes / 1e6:0} MB", times[0].ToMilliseconds(), times[1].ToMilliseconds(), times[2].ToMilliseconds(),
                $"{1e9 * times[0].Median / bytes:0.00} ms");
        }

        var memory = lines[^1].Split(' ').Select(static text => double.Parse(text, CultureInfo.InvariantCulture) / 1e6).ToArray();
        if (memory is not [var before, var loaded, var first, var last, var later])
            throw new InvalidOperationException($"The measuring process printed {memory.Length} numbers.");
        report.Text("Resident memory of that process. The first models were loaded before, so that the code is in memory.");
        report.Table("", "figure", "relative to");
        report.Cells("before the first cycle", $"{before:0} MB", "");
        report.Cells("with all three models loaded, in the last cycle", $"{loaded:0} MB", "");
        report.Cells($"after an eviction, median of the first {First} cycles", $"{first:0} MB", $"{first / before:0.00} of before");
        report.Cells($"after an eviction, median of the last {First} cycles", $"{last:0} MB", $"{last / first:0.000} of the first {First}");
        report.Cells("ten seconds after the last eviction", $"{later:0} MB", $"{later / before:0.00} of before");
    }

    /// <summary>
    /// Prints a line per model, with its bytes and the quantiles of its times, and a line with the resident bytes at five moments.
    /// </summary>
    public static void Print()
    {
        using var provider = RealSession.CreateProvider();
        var manager = provider.GetRequiredService<ISharedModelManager>();
        var (loads, runs, evictions) = (NewTimes(), NewTimes(), NewTimes());
        Cycle(manager, record: null);
        var before = Settle();
        var after = new List<double>();
        double loaded = 0;
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            loaded = Cycle(manager, (model, load, run, eviction) =>
            {
                loads[model].Add(load);
                runs[model].Add(run);
                evictions[model].Add(eviction);
            });
            after.Add(Settle());
        }

        Task.Delay(TimeSpan.FromSeconds(10)).Wait();
        var later = Settle();
        foreach (var model in RealSession.All)
        {
            var bytes = manager.GetSnapshot().Models.Single(found => found.Id == model.Id).Footprint.HostBytes;
            Console.WriteLine($"{model.Id} {bytes} {Quantiles.Of(loads[model])} {Quantiles.Of(runs[model])} {
                Quantiles.Of(evictions[model])}");
        }

        Console.WriteLine(string.Join(' ', ((double[])
        [
            before, loaded, Measure.Median([.. after[..First]]), Measure.Median([.. after[^First..]]), later,
        ]).Select(static value => value.ToString("0", CultureInfo.InvariantCulture))));

        static Dictionary<RealSession, List<double>> NewTimes() =>
            RealSession.All.ToDictionary(static model => model, static _ => new List<double>());
    }

    /// <summary>Loads all models, uses and evicts them, and returns the resident bytes while all are loaded.</summary>
    private static double Cycle(ISharedModelManager manager, Action<RealSession, double, double, double>? record)
    {
        var times = RealSession.All.ToDictionary(static model => model, model =>
        {
            var load = Time(() => model.UseLeasedAsync(manager));
            return (Load: load, Run: Time(() => model.UseLeasedAsync(manager)));
        });
        var loaded = Settle();
        foreach (var model in RealSession.All)
        {
            var eviction = Time(() => manager.EvictAsync(model.Id).AsTask());
            record?.Invoke(model, times[model].Load, times[model].Run, eviction);
        }

        return loaded;
    }

    private static double Time(Func<Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        run().GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Settle()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return ProcessMemory.ResidentBytes();
    }

    /// <summary>The 5th percentile, the median and the 95th percentile, in seconds.</summary>
    private readonly record struct Quantiles(double Low, double Median, double High)
    {
        public static Quantiles Of(List<double> values)
        {
            double[] sorted = [.. values.Order()];
            return new(sorted[sorted.Length / 20], sorted[sorted.Length / 2], sorted[sorted.Length * 19 / 20]);
        }

        public static Quantiles Parse(string text)
        {
            var parts = text.Split('/').Select(static part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            return new(parts[0], parts[1], parts[2]);
        }

        public string ToMilliseconds() => FormattableString.Invariant($"{1e3 * Median:0.0} ({1e3 * Low:0.0}–{1e3 * High:0.0}) ms");

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Low:R}/{Median:R}/{High:R}");
    }
}
