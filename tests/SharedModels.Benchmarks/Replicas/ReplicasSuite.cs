using SharedModels.Benchmarks.Leasing;
using SharedModels.Simulation;
using SharedModels.Simulation.Replicas;

namespace SharedModels.Benchmarks.Replicas;

/// <summary>One model on two devices, in virtual time: a single replica, two replicas, and two ids that callers use in turn.</summary>
internal static class ReplicasSuite
{
    private const int Requests = 40_000;
    private const long ModelBytes = 4_000_000_000;

    private static readonly TraceOptions Options = new()
    {
        Models = 1, Requests = Requests, SmallestModelBytes = ModelBytes, LargestModelBytes = ModelBytes,
    };

    // The mean of the log-normal hold times.
    private static readonly TimeSpan MeanHold = Options.MedianHold * Math.Exp(Options.HoldSpread * Options.HoldSpread / 2);

    private static readonly double[] Loads = [0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 1.9];

    private static readonly (string Name, int? Color, ReplicaOptions Options)[] Setups =
    [
        ("one replica", 0, new()),
        ("two ids in turn", 1, new() { Ids = 2 }),
        ("MaxReplicas 2", null, new() { MaxReplicas = 2 }),
    ];

    public static void Run(Report report)
    {
        report.Text(
            $"{Requests:#,0} requests, with log-normal hold times of {MeanHold.TotalMilliseconds:0} ms on average. A model of 4 GB takes "
            + "8 s to read and 0.16 s to move. Load 1 is as much as one device can serve.");
        OneModel(report);
        TwoModels(report);
    }

    private static void OneModel(Report report)
    {
        report.Text(
            "## One model, two devices\n\n![Mean wait](replicas.svg)\n\nRequests per second, and mean / p99 of the wait. The first replica "
            + "is loaded before the first request. The second is loaded when the scheduler decides to.");
        report.Table((string[])["load", .. Setups.Select(static setup => setup.Name)]);
        var means = Setups.ToDictionary(static setup => setup.Name, static _ => new List<double>());
        foreach (var load in Loads)
        {
            var trace = Trace.Create(Options with { MeanInterval = MeanHold / load });
            var results = Array.ConvertAll(Setups, setup => ReplicaSimulation.Run(trace, setup.Options));
            foreach (var (setup, result) in Setups.Zip(results))
                means[setup.Name].Add(result.Mean.TotalMilliseconds);
            report.Cells([$"{load:0.0}", .. results.Select(Figures)]);
        }

        var chart = new Chart(
            "Mean wait for one model on two devices, in milliseconds",
            $"Holds of {MeanHold.TotalMilliseconds:0} ms on average; load 1 is what one device can serve",
            "load",
            Loads,
            isLogarithmic: true);
        foreach (var (name, color, _) in Setups)
            chart.Add(name, color, means[name]);
        File.WriteAllText(Repository.File("eng", "results", "replicas.svg"), chart.ToSvg());
    }

    private static void TwoModels(Report report)
    {
        report.Text(
            "## Two models, two devices: three of four requests want the first one\n\nMean wait of the first / of the second model, and "
            + "the number of moves. With 16 GB, both models fit on each device. With 6 GB, a replica of one is only possible where the "
            + "other is not.");
        report.Table("load of both", "memory", "one replica", "MaxReplicas 2");
        foreach (var (load, memory) in from load in (double[])[0.8, 1.2, 1.6] from memory in (long[])[16, 6] select (load, memory))
        {
            var trace = Trace.Create(Options with { Models = 2, ZipfExponent = Math.Log2(3), MeanInterval = MeanHold / load });
            var results = ((int[])[1, 2]).Select(replicas => ReplicaSimulation.Run(
                trace, new() { MaxReplicas = replicas, Device = new(memory * 1_000_000_000) }));
            report.Cells([$"{load:0.0}", $"{memory} GB", .. results.Select(result => FiguresOf(result, trace))]);
        }
    }

    private static string Figures(ReplicaResult result) =>
        $"{result.Throughput:0.0}/s, {result.Mean.TotalMilliseconds:#,0.0} / {result.Quantile(0.99).TotalMilliseconds:#,0} ms";

    private static string FiguresOf(ReplicaResult result, Trace trace)
    {
        var byModel = result.Waits.Zip(trace.Requests)
            .GroupBy(static pair => pair.Second.Model, static pair => pair.First)
            .OrderByDescending(static waits => waits.Count())
            .Select(static waits => $"{ReplicaResult.MeanOf(waits).TotalMilliseconds:#,0.0}");
        return $"{string.Join(" / ", byModel)} ms, {result.Moves} moves";
    }
}
