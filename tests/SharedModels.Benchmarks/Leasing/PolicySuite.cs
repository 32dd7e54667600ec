using SharedModels.Testing.Simulation;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>What the order of service and the choice of victims achieve on traces, in virtual time: the same figures on every machine.</summary>
internal static class PolicySuite
{
    private static readonly double[] Utilisations = [0.5, 0.7, 0.9, 1.0, 1.2];

    public static void Run(Report report)
    {
        var chart = new Chart("Mean wait for a device that has room for a third of its models", "utilisation: hold times over all time", "seconds", Utilisations);
        var series = new Dictionary<string, List<double>>();
        foreach (var utilisation in Utilisations)
        {
            var trace = CreateTrace(utilisation);
            var device = new SimulatedDevice(trace.ModelBytes.Sum() / 3);
            foreach (var (name, result) in RunAll(trace, device))
            {
                var belady = (double)result.BytesMoved / BaselineSimulation.Belady(trace, device, result.Order).Bytes;
                report.Row(
                    $"{utilisation:0.0}: {name}",
                    $"mean wait {result.MeanWait.TotalSeconds:0.00} s",
                    $"p50 {result.WaitQuantile(0.5).TotalSeconds:0.00} s, p99 {result.WaitQuantile(0.99).TotalSeconds:0.0} s, longest {result.LongestWait.TotalSeconds:0.0} s, {result.Throughput:0.0} requests/s, {result.Moves} moves, {result.BytesMoved / 1e12:0.00} TB = {belady:0.00} x Belady in the same order");
                (series.TryGetValue(name, out var values) ? values : series[name] = []).Add(result.MeanWait.TotalSeconds);
            }
        }

        foreach (var (name, values) in series)
            chart.Add(name, values);
        File.WriteAllText(Repository.File("eng", "results", "policy.svg"), chart.ToSvg());
    }

    private static IEnumerable<(string Name, SimulationResult Result)> RunAll(Trace trace, SimulatedDevice device) =>
    [
        ("one at a time, copied back (upstream)", BaselineSimulation.OneAtATime(trace, device)),
        ("first in, first out, LRU", BaselineSimulation.FifoWithLru(trace, device)),
        ("collation without a bound, LRU", BaselineSimulation.UnboundedCollation(trace, device)),
        ("SharedModels, MaxBypass 0", SchedulerSimulation.Run(trace, device, 0, 0)),
        ("SharedModels", SchedulerSimulation.Run(trace, device)),
    ];

    /// <summary>Requests whose hold times together fill the given share of the time.</summary>
    private static Trace CreateTrace(double utilisation)
    {
        var options = new TraceOptions();
        var meanHold = options.MedianHold * Math.Exp(options.HoldSpread * options.HoldSpread / 2);
        return Trace.Create(options with { MeanInterval = meanHold / utilisation });
    }
}
