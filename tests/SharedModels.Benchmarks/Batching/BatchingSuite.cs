using SharedModels.Benchmarks.Leasing;
using SharedModels.Simulation;
using SharedModels.Simulation.Batching;

namespace SharedModels.Benchmarks.Batching;

/// <summary>Batches: policies in virtual time, and the cost of the batcher in real time.</summary>
internal static class BatchingSuite
{
    private const int Requests = 40_000;

    // Not measured on a device: an example of a network whose fixed part is that of ten inputs.
    private static readonly BatchCurve Curve = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(0.5));

    private static readonly double[] Loads = [0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.1, 1.2];

    public static void Run(Report report)
    {
        report.Text(
            $"Virtual time. A batch of n inputs takes {Curve.Start.TotalMilliseconds:0.#} ms + n × "
            + $"{Curve.PerInput.TotalMilliseconds:0.#} ms, with at most {Curve.MaxBatchSize} inputs. Load 1 is the "
            + $"{Curve.Capacity:#,0} inputs per second that full batches serve. Latency is the time from the arrival of an input to its "
            + "output.");
        OneModel(report);
        EightModels(report);
        Swapping(report);
        CostBenchmark.Run(report);
    }

    private static void OneModel(Report report)
    {
        report.Text("## One model: delays\n\n![Mean latency](batching-delay.svg)");
        report.Table((string[])["load", .. Policies().Select(static policy => policy.Name)]);
        var policies = Policies();
        var means = policies.ToDictionary(static policy => policy, static _ => new List<double>());
        foreach (var load in Loads)
        {
            var trace = CreateTrace(models: 1, load, bytes: 1);
            var results = policies.ConvertAll(policy => policy.Run(trace, new(10), Curve));
            foreach (var (policy, result) in policies.Zip(results))
                means[policy].Add(result.Mean.TotalMilliseconds);
            report.Cells([$"{load:0.0}", .. results.Select(static result => $"{Figures(result)}, size {result.MeanSize:0.0}")]);
        }

        var chart = new Chart(
            "Mean latency of one model, in milliseconds",
            "Batches of 5 ms + 0.5 ms per input, at most 32",
            "load",
            Loads,
            isLogarithmic: true);
        foreach (var (color, policy) in policies.Index())
            chart.Add(policy.Name, policy == BatchPolicy.SharedModels ? null : color, means[policy]);
        File.WriteAllText(Repository.File("eng", "results", "batching-delay.svg"), chart.ToSvg());

        static List<BatchPolicy> Policies() =>
        [
            BatchPolicy.None,
            BatchPolicy.Triton(TimeSpan.Zero),
            BatchPolicy.Triton(TimeSpan.FromMilliseconds(5), 4, 8, 16),
            BatchPolicy.RayServe(TimeSpan.FromMilliseconds(10)),
            BatchPolicy.SharedModels,
        ];
    }

    private static void EightModels(Report report)
    {
        report.Text(
            "## Eight resident models on one device: the order of batches\n\n"
            + "Mean / p99 / longest latency, and the ratio to oldest first.");
        BatchPolicy[] policies = [BatchPolicy.OldestFirst, BatchPolicy.LongestFirst, BatchPolicy.SharedModels];
        report.Table((string[])["load", .. policies.Select(static policy => policy.Name), "ratio of SharedModels"]);
        foreach (var load in new[] { 0.6, 0.7, 0.8, 0.9, 0.95 })
        {
            var trace = CreateTrace(models: 8, load, bytes: 1);
            var results = Array.ConvertAll(policies, policy => policy.Run(trace, new(10), Curve));
            report.Cells(
            [
                $"{load:0.00}", .. results.Select(Figures),
                $"{results[2].Mean / results[0].Mean:0.00} / {results[2].Quantile(0.99) / results[0].Quantile(0.99):0.00} / "
                    + $"{results[2].Longest / results[0].Longest:0.00}",
            ]);
        }
    }

    private static void Swapping(Report report)
    {
        report.Text(
            "## Eight models of 1 GB on a device that holds three: throughput at saturation\n\n25 GB/s. All inputs arrive twice as fast as "
            + "full batches of resident models are served.");
        report.Table("policy", "inputs/s", "batches", "mean size", "moves");
        var trace = CreateTrace(models: 8, load: 2, bytes: 1_000_000_000);
        foreach (var policy in new[] { BatchPolicy.None, BatchPolicy.OldestFirst, BatchPolicy.SharedModels })
        {
            var result = policy.Run(trace, new(3_000_000_000), Curve);
            report.Cells(
                policy.Name, $"{result.Throughput:#,0}", $"{result.Batches:#,0}", $"{result.MeanSize:0.0}", $"{result.Moves:#,0}");
        }
    }

    private static Trace CreateTrace(int models, double load, long bytes) => Trace.Create(new()
    {
        Models = models,
        Requests = Requests,
        SmallestModelBytes = bytes,
        LargestModelBytes = bytes,
        MeanInterval = TimeSpan.FromSeconds(1 / (load * Curve.Capacity)),
    });

    private static string Figures(BatchResult result) =>
        $"{result.Mean.TotalMilliseconds:0.0} / {result.Quantile(0.99).TotalMilliseconds:0} / {result.Longest.TotalMilliseconds:0} ms";
}
