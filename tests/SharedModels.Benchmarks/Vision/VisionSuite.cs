namespace SharedModels.Benchmarks.Vision;

internal static class VisionSuite
{
    // The encoder first: its peak of memory shall not hold what others left.
    public static void Run(Report report)
    {
        EncoderBenchmark.Run(report);
        StageBenchmark.Run(report);
        GemmBenchmark.Run(report);
        PictureBenchmark.Run(report);
        DetectionBenchmark.Run(report);
    }
}
