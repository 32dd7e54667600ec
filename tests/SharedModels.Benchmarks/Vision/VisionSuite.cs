namespace SharedModels.Benchmarks.Vision;

internal static class VisionSuite
{
    // The encoder runs first, so that its peak of memory does not include leftovers of others.
    public static void Run(Report report)
    {
        EncoderBenchmark.Run(report);
        StageBenchmark.Run(report);
        GemmBenchmark.Run(report);
        PictureBenchmark.Run(report);
        DetectionBenchmark.Run(report);
    }
}
