using System.Diagnostics;
using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.TorchSharp;
using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.Benchmarks.Gpu;

/// <summary>TorchSharp's own <c>to(device)</c> against the arena, and both against what the bus can do.</summary>
internal static unsafe class TransferBenchmark
{
    private const int Rounds = 5;

    public static void Run(Report report, CudaDriver driver)
    {
        var bandwidth = MeasureBus(driver);
        report.Text(
            $"Bus, 1 GiB of pinned memory: {bandwidth / 1e9:0.0} GB/s. Aims: in at most 1.15 times bytes / bandwidth, out at most 1 ms, 0 "
            + "bytes back.");
        report.Table("model", "to(cuda) s", "to(cpu) s", "arena in s", "times the bus", "arena out ms", "bytes back");
        foreach (var gigabytes in new[] { 0.5, 1.5, 6 })
            Measure(report, (long)(gigabytes * 1e9), bandwidth);
    }

    private static void Measure(Report report, long bytes, double bandwidth)
    {
        using var plain = new SquareLayers(bytes);
        var (plainIn, plainOut) = Alternate(() => plain.to(CudaWait.Device), () => plain.to(new torch.Device(DeviceType.CPU)));
        var runtime = TorchRuntime.Default;
        using var model = new TorchModel<SquareLayers>(() => new SquareLayers(bytes));
        model.LoadAsync(default).AsTask().Wait();
        var back = runtime.Transfers!.BytesToHost;
        var (arenaIn, arenaOut) = Alternate(
            () => model.ToAsync(Device.Cuda(0), default).AsTask().Wait(), () => model.ToAsync(Device.Cpu, default).AsTask().Wait());
        var size = model.Footprint.DeviceBytes;
        report.Cells(
            $"{size / 1e9:0.0} GB",
            $"{plainIn:0.000}",
            $"{plainOut:0.000}",
            $"{arenaIn:0.000}",
            $"{arenaIn * bandwidth / size:0.00}",
            $"{arenaOut * 1e3:0.00}",
            $"{runtime.Transfers.BytesToHost - back}");
    }

    private static (double In, double Out) Alternate(Action moveIn, Action moveOut)
    {
        var (ins, outs) = (new double[Rounds], new double[Rounds]);
        for (var round = -1; round < Rounds; round++)
        {
            var entered = Time(moveIn);
            var left = Time(moveOut);
            if (round >= 0)
                (ins[round], outs[round]) = (entered, left);
        }

        return (Benchmarks.Measure.Median(ins), Benchmarks.Measure.Median(outs));
    }

    private static double Time(Action action)
    {
        CudaWait.ForAll();
        var start = Stopwatch.GetTimestamp();
        action();
        CudaWait.ForAll();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double MeasureBus(CudaDriver driver)
    {
        const long Bytes = 1L << 30;
        var host = (nint)NativeMemory.AlignedAlloc((nuint)Bytes, (nuint)Environment.SystemPageSize);
        new Span<byte>((void*)host, 1 << 20).Clear();
        driver.RegisterHost(0, host, Bytes);
        var block = driver.Allocate(0, Bytes);
        using var transfers = new DeviceTransfers(driver);
        var seconds = Benchmarks.Measure.Interleaved(Rounds, () => transfers.CopyIn(0, new(host, block, Bytes)))[0];
        driver.Free(0, block);
        driver.UnregisterHost(0, host);
        NativeMemory.AlignedFree((void*)host);
        return Bytes / seconds;
    }
}
