using System.Globalization;
using SharedModels.Benchmarks.Leasing;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>Other ways to share a text model between callers, next to SharedModels in the same run.</summary>
internal static class RivalsSuite
{
    private const int Count = 3;

    private static readonly int[] Callers = [1, 8, 64, 256];

    public static void Run(Report report)
    {
        report.Text(
            "MiniLM (all-MiniLM-L6-v2) on the CPU with ONNX Runtime. Callers embed texts of 6 to 24 words, one after the other. The rivals "
            + $"share the same tokenizer, session and pooling. Batches have at most {RivalCatalog.MaxBatchSize} inputs. Every cell is the "
            + $"median of {Count} interleaved rounds, with the range. The absolute figures are those of the machine. Compare the ratios.");
        Throughput(report);
        FaultBenchmark.Run(report);
        BudgetBenchmark.Run(report);
        NodeBenchmark.Run(report);
    }

    private static void Throughput(Report report)
    {
        using var catalog = new RivalCatalog();
        var (throughput, slowest) = (Lines(catalog), Lines(catalog));
        foreach (var callers in Callers)
        {
            var rivals = catalog.All.Where(rival => rival.MaxCallers >= callers).ToList();
            report.Text($"## {callers} {(callers == 1 ? "caller" : "callers")}");
            foreach (var (rival, (rate, p99)) in rivals.Zip(Compare(report, rivals, callers)))
            {
                throughput[rival.Name].Add(rate.Median);
                slowest[rival.Name].Add(1e3 * p99.Median);
            }
        }

        report.Text("![Throughput](rivals-throughput.svg)\n\n![Latency](rivals-latency.svg)");
        Draw("rivals-throughput.svg", "Texts per second", throughput, isLogarithmic: false);
        Draw("rivals-latency.svg", "99th percentile of the latency, in milliseconds", slowest, isLogarithmic: true);
    }

    /// <summary>Measures rivals in turn, and writes a table that compares the first one with the others.</summary>
    public static List<(Spread Rate, Spread Slowest)> Compare(Report report, List<Rival> rivals, int callers)
    {
        var results = Interleave(rivals, callers);
        var ours = results[0];
        report.Table("", "texts per second", "SharedModels relative to it", "p99", "SharedModels relative to it");
        foreach (var (rival, (rate, p99)) in rivals.Zip(results))
        {
            report.Cells(
                rival.Name,
                rate.ToString("0"),
                rival == rivals[0] ? "" : ours.Rate.Over(rate).ToString("0.00"),
                $"{p99.Times(1e3).ToString("0.0")} ms",
                rival == rivals[0] ? "" : ours.Slowest.Over(p99).ToString("0.00"));
        }

        return results;
    }

    private static List<(Spread Rate, Spread Slowest)> Interleave(List<Rival> rivals, int callers)
    {
        var texts = Math.Max(240, 3 * callers);
        foreach (var rival in rivals)
            rival.Run(callers, TextsOf(rival));
        var rounds = rivals.ConvertAll(static _ => new RivalResult[Count]);
        for (var round = 0; round < Count; round++)
        {
            for (var i = 0; i < rivals.Count; i++)
                rounds[i][round] = rivals[i].Run(callers, TextsOf(rivals[i]));
        }

        return rounds.ConvertAll(RivalResult.Spreads);

        int TextsOf(Rival rival) => rival.MaxCallers == int.MaxValue ? texts : 10;
    }

    private static Dictionary<string, List<double>> Lines(RivalCatalog catalog) =>
        catalog.All.ToDictionary(static rival => rival.Name, static _ => new List<double>());

    private static void Draw(string file, string title, Dictionary<string, List<double>> lines, bool isLogarithmic)
    {
        var chart = new Chart(
            title,
            $"MiniLM on {Environment.ProcessorCount} cores, texts of 6 to 24 words",
            "concurrent callers",
            [.. Callers.Select(static callers => Math.Log2(callers))],
            isLogarithmic,
            [.. Callers.Select(static callers => callers.ToString(CultureInfo.InvariantCulture))]);
        string[] drawn = ["naive channel batcher", "semaphore, one at a time", "no gate", "RateLimiting", "EnumerableAsyncProcessor"];
        foreach (var (color, name) in drawn.Index())
            chart.Add(name, color, lines[name]);
        chart.Add("SharedModels", color: null, lines["SharedModels"]);
        File.WriteAllText(Repository.File("eng", "results", file), chart.ToSvg());
    }
}
