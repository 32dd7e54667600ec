namespace SharedModels.Benchmarks.Leasing;

/// <summary>The cost of a lease, compared with the primitives that one would use instead.</summary>
internal static class LeasingSuite
{
    public static void Run(Report report)
    {
        LeasingReport.Begin(report);
        UncontendedBenchmark.Run(report);
        ScopeBenchmark.Run(report);
        HandOverBenchmark.Run(report);
        UnrelatedBenchmark.Run(report);
        QueueBenchmark.Run(report);
        StreamBenchmark.Run(report);
    }

    /// <summary>Only the rows about streams.</summary>
    public static void RunStreams(Report report)
    {
        LeasingReport.Begin(report);
        StreamBenchmark.Run(report);
    }
}
