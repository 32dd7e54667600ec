using SharedModels.Cuda.Driver;
using SharedModels.TorchSharp;

namespace SharedModels.Benchmarks.Gpu;

/// <summary>Whether memory is lost when a model comes and goes a thousand times.</summary>
internal static class CycleBenchmark
{
    private const int Cycles = 1000;

    public static void Run(Report report, CudaDriver driver)
    {
        Cycle();
        var before = driver.GetMemory(0).FreeBytes;
        for (var i = 0; i < Cycles; i++)
            Cycle();
        var drift = before - driver.GetMemory(0).FreeBytes;
        report.Row($"{Cycles} loads and evictions of 128 MB", $"{drift / 1e6:0.0} MB drift", $"aim 64 MB at most");
    }

    private static void Cycle()
    {
        using var model = new TorchModel<SquareLayers>(static () => new SquareLayers(2 * SquareLayers.LayerBytes));
        model.LoadAsync(default).AsTask().Wait();
        model.ToAsync(Device.Cuda(0), default).AsTask().Wait();
        model.ToAsync(Device.Cpu, default).AsTask().Wait();
    }
}
