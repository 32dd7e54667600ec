namespace SharedModels.Benchmarks.QrCodes;

/// <summary>The QR reader beside others: on pictures that nobody here made, and its cost on pictures of every kind.</summary>
internal static class QrSuite
{
    public static void Run(Report report)
    {
        CostBenchmark.Run(report);
        PublicSuites.Run(report);
    }
}
