using SharedModels.Cuda.Driver;
using SharedModels.TorchSharp;

namespace SharedModels.Benchmarks.Gpu;

/// <summary>What only a CUDA device can tell; run by <c>eng/gpu/run.sh</c>.</summary>
internal static class GpuSuite
{
    public static void Run(Report report)
    {
        if (CudaDriver.TryOpen() is null)
            report.Text("Not measured: this machine has no CUDA device.");
        else
            Measure(report);
    }

    // Apart, so that the suite says what it has to say where TorchSharp is not.
    private static void Measure(Report report)
    {
        var driver = TorchRuntime.Default.Driver!;
        driver.RetainContext(0);
        var (free, total) = driver.GetMemory(0);
        report.Text($"{driver.GetName(0)}, {free >> 20} of {total >> 20} MiB free.");
        TransferBenchmark.Run(report, driver);
        AlternationBenchmark.Run(report);
        PrefetchBenchmark.Run(report);
        CycleBenchmark.Run(report, driver);
        ExclusiveBenchmark.Run(report);
        Owlv2Benchmark.Run(report);
    }
}
