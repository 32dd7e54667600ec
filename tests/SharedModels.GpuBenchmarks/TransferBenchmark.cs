using SharedModels.TorchSharp;
using TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>
/// Compares TorchSharp's own <c>to(device)</c> with the arena, with the same weights, and both with the bus: a single copy of memory that
/// the driver allocated, by separate code. The arena's device memory was just used, like libtorch's after the first round. In a separate
/// column it comes fresh from the driver.
/// </summary>
internal static class TransferBenchmark
{
    public static void Run(Report report)
    {
        report.Table(
            "model",
            "bus s",
            "bus GB/s",
            "to(cuda) s",
            "arena in s",
            "arena in / bus",
            "arena in, fresh memory, s",
            "to(cpu) s",
            "arena out ms",
            "bytes back");
        foreach (var gigabytes in new[] { 0.5, 1.5, 6 })
            Measure(report, (long)(gigabytes * 1e9));
        report.Text(
            $"Aims: in at most 1.15 times the bus, out at most 1 ms, 0 bytes back. Expected of the bus, GB/s: {NvmlApi.ExpectedRate}.");
    }

    private static void Measure(Report report, long bytes)
    {
        using var plain = new SquareLayers(bytes);
        using var model = new TorchModel<SquareLayers>(() => new SquareLayers(bytes));
        model.LoadAsync(default).AsTask().Wait();
        var size = model.Footprint.DeviceBytes;
        var (pinned, raw, stream) = (CudaApi.NewHostMemory(size), CudaApi.NewDeviceMemory(size), CudaApi.NewStream());
        var back = TorchRuntime.Default.Transfers!.BytesToHost;
        var host = new torch.Device(DeviceType.CPU);
        var times = Timing.Interleave(
            () => Timing.Of(() =>
            {
                CudaApi.Check(CudaApi.CopyToDevice(raw, pinned, (nuint)size, stream), "cuMemcpyHtoDAsync");
                CudaApi.Check(CudaApi.SynchronizeStream(stream), "cuStreamSynchronize");
            }),
            () => Timing.Of(() =>
            {
                plain.to(CudaWait.Device);
                CudaWait.ForAll();
            }),
            () => Timing.Of(() => plain.to(host)),
            () =>
            {
                TorchRuntime.Default.DeviceMemory!.Trim(0);
                var seconds = Timing.Of(MoveIn);

                // The next move in finds this memory, because other sides take longer than it is retained.
                MoveOut();
                return seconds;
            },
            () => Timing.Of(MoveIn),
            () => Timing.Of(MoveOut));
        report.Cells(
            $"{size / 1e9:0.0} GB",
            times[0].ToString("0.000"),
            times[0].Rate(size / 1e9).ToString("0.0"),
            times[1].ToString("0.000"),
            times[4].ToString("0.000"),
            times[4].Over(times[0]).ToString("0.00"),
            times[3].ToString("0.000"),
            times[2].ToString("0.000"),
            times[5].Times(1e3).ToString("0.00"),
            $"{TorchRuntime.Default.Transfers.BytesToHost - back}");
        CudaApi.Check(CudaApi.DestroyStream(stream), "cuStreamDestroy");
        CudaApi.Check(CudaApi.Free(raw), "cuMemFree");
        CudaApi.Check(CudaApi.FreeHost(pinned), "cuMemFreeHost");

        void MoveIn() => model.ToAsync(Device.Cuda(0), default).AsTask().Wait();

        void MoveOut() => model.ToAsync(Device.Cpu, default).AsTask().Wait();
    }
}
