using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>The memory that is lost when a model is loaded and freed: device memory, host memory and pinned memory.</summary>
internal static class CycleBenchmark
{
    private const int Moves = 1000;
    private const int Loads = 30;

    public static void Run(Report report)
    {
        var driver = CudaDriver.Shared!;
        using (var model = Load())
        {
            Move(model);
            var before = Read(driver);
            for (var i = 0; i < Moves; i++)
                Move(model);
            Row(report, $"{Moves} moves in and out of 128 MB", before, Read(driver));
        }

        Load().Dispose();
        var first = Read(driver);
        for (var i = 0; i < Loads; i++)
        {
            using var model = Load();
            Move(model);
        }

        Row(report, $"{Loads} loads, moves and disposals", first, Read(driver));
    }

    private static TorchModel<SquareLayers> Load()
    {
        var model = new TorchModel<SquareLayers>(static () => new SquareLayers(2 * SquareLayers.LayerBytes));
        model.LoadAsync(default).AsTask().Wait();
        return model;
    }

    private static void Move(TorchModel<SquareLayers> model)
    {
        model.ToAsync(Device.Cuda(0), default).AsTask().Wait();
        model.ToAsync(Device.Cpu, default).AsTask().Wait();
    }

    private static (long Device, long Host, long Pinned) Read(CudaDriver driver)
    {
        TorchRuntime.Default.DeviceMemory!.Trim(0);
        return (-driver.GetMemory(0).FreeBytes, Environment.WorkingSet, PinnedMemoryQuota.OfProcess.Bytes);
    }

    private static void Row(
        Report report, string what, (long Device, long Host, long Pinned) before, (long Device, long Host, long Pinned) after) =>
        report.Row(
            what,
            $"{(after.Device - before.Device) / 1e6:0.0} MB of the device",
            $"host {(after.Host - before.Host) / 1e6:0.0} MB, pinned {(after.Pinned - before.Pinned) / 1e6:0.0} MB (aim 64, 64 and 0)");
}
