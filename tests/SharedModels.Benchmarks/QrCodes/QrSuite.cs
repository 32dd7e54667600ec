namespace SharedModels.Benchmarks.QrCodes;

/// <summary>The QR reader compared with others on images of other projects, and its cost on images of every kind.</summary>
internal static class QrSuite
{
    public static void Run(Report report)
    {
        CostBenchmark.Run(report);
        PublicSuites.Run(report);
    }
}
