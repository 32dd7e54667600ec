using SharedModels.Simulation;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>
/// The results of the order of service and of the choice of victims on traces, in virtual time. The figures are the same on every machine.
/// </summary>
internal static class PolicySuite
{
    private const string Circumstances =
        "24 models of 0.1 to 8 GB (Zipf popularity), hold times of 50 ms, room for a third of the bytes, transfers at 25 GB/s";
    private const string Across = "utilization: the share of time that the holds would take by themselves";

    private static readonly double[] Utilizations = [0.5, 0.7, 0.9, 1.0, 1.2];

    private static readonly Policy[] Policies =
    [
        Policy.OneAtATime,
        Policy.FifoWithLru,
        Policy.Ollama,
        Policy.OllamaWith(new() { UnloadTime = TimeSpan.Zero }, "Ollama, instant unloading"),
        Policy.UnboundedCollation,
        Policy.SharedModels,
    ];

    public static void Run(Report report)
    {
        report.Text(
            $"20,000 requests, {Circumstances}. Ollama takes 0.5 s to unload a model (`OllamaOptions` gives the reason). For the other "
            + "policies, unloading is free.");
        report.Text(
            "![Mean wait](policy.svg)\n![The 99th percentile of the wait](policy-p99.svg)\n![Bytes moved](policy-bytes.svg)");
        var runs = Utilizations.Select(utilization => Run(report, utilization)).ToList();
        Draw("policy.svg", "Mean wait, in seconds", runs, isLogarithmic: true, static (result, _) => result.MeanWait.TotalSeconds);
        Draw("policy-p99.svg", "99th percentile of the wait, in seconds", runs, isLogarithmic: true, static (result, _) =>
            result.WaitQuantile(0.99).TotalSeconds);

        // The line of one at a time, which copies back too, would compress the others.
        Draw(
            "policy-bytes.svg",
            "Bytes moved, as a multiple of Belady's optimum in the same order of service",
            runs,
            isLogarithmic: false,
            static (_, belady) => belady,
            Policy.OneAtATime);
    }

    private static Dictionary<Policy, (SimulationResult Result, double Belady)> Run(Report report, double utilization)
    {
        var trace = CreateTrace(utilization);
        var device = new SimulatedDevice(trace.ModelBytes.Sum() / 3);
        report.Text($"## Utilization {utilization:0.0}");
        report.Table("policy", "requests/s", "mean wait", "p50", "p99", "longest", "moves", "moved", "× Belady");
        var runs = new Dictionary<Policy, (SimulationResult Result, double Belady)>();
        foreach (var policy in Policies)
            runs[policy] = Run(report, policy, trace, device);
        Run(report, Policy.SharedModelsWith(0, 0), trace, device);
        var (moves, bytes) = BaselineSimulation.Belady(trace, device, runs[Policy.SharedModels].Result.Order);
        report.Cells("Belady's victims in SharedModels' order", "", "", "", "", "", $"{moves:#,0}", Terabytes(bytes), "1.00");
        return runs;
    }

    private static (SimulationResult Result, double Belady) Run(Report report, Policy policy, Trace trace, SimulatedDevice device)
    {
        var result = policy.Run(trace, device);
        var belady = (double)result.BytesMoved / BaselineSimulation.Belady(trace, device, result.Order).Bytes;
        report.Cells(
            policy == Policy.SharedModels ? $"**{policy}**" : policy.Name,
            $"{result.Throughput:0.0}",
            Seconds(result.MeanWait),
            Seconds(result.WaitQuantile(0.5)),
            Seconds(result.WaitQuantile(0.99)),
            Seconds(result.LongestWait),
            $"{result.Moves:#,0}",
            Terabytes(result.BytesMoved),
            $"{belady:0.00}");
        return (result, belady);
    }

    private static void Draw(
        string file,
        string title,
        List<Dictionary<Policy, (SimulationResult Result, double Belady)>> runs,
        bool isLogarithmic,
        Func<SimulationResult, double, double> value,
        Policy? except = null)
    {
        var chart = new Chart(title, Circumstances, Across, Utilizations, isLogarithmic);
        foreach (var (color, policy) in Policies.Index().Where(line => line.Item != except))
            chart.Add(
                policy.Name,
                policy == Policy.SharedModels ? null : color,
                [.. runs.Select(run => value(run[policy].Result, run[policy].Belady))]);
        File.WriteAllText(Repository.File("eng", "results", file), chart.ToSvg());
    }

    /// <summary>Requests whose hold times together fill the given share of the time.</summary>
    private static Trace CreateTrace(double utilization)
    {
        var options = new TraceOptions();
        var meanHold = options.MedianHold * Math.Exp(options.HoldSpread * options.HoldSpread / 2);
        return Trace.Create(options with { MeanInterval = meanHold / utilization });
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds switch
    {
        < 10 and var seconds => $"{seconds:0.00} s",
        < 100 and var seconds => $"{seconds:0.0} s",
        var seconds => $"{seconds:#,0} s",
    };

    private static string Terabytes(long bytes) => $"{bytes / 1e12:0.00} TB";
}
