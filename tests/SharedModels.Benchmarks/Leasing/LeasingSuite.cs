namespace SharedModels.Benchmarks.Leasing;

/// <summary>What a lease costs, beside the primitives that one would use instead.</summary>
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
    }
}
