using SharedModels.TorchSharp;
using TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>
/// Two models with the same weights that take turns on a device. Compares the scheme of vision-agent-tools, which moves one to the host and
/// the other in with <c>to</c> from pageable memory, with the arena.
/// </summary>
internal static class AlternationBenchmark
{
    private const long Bytes = 1_500_000_000;

    public static void Run(Report report)
    {
        using var first = new SquareLayers(Bytes);
        using var second = new SquareLayers(Bytes);
        using var sharedFirst = new TorchModel<SquareLayers>(static () => new SquareLayers(Bytes));
        using var sharedSecond = new TorchModel<SquareLayers>(static () => new SquareLayers(Bytes));
        foreach (var model in new[] { sharedFirst, sharedSecond })
            model.LoadAsync(default).AsTask().Wait();
        var host = new torch.Device(DeviceType.CPU);
        var turn = 0;
        var times = Timing.Interleave(
            () =>
            {
                var (leaving, coming) = turn % 2 == 0 ? (first, second) : (second, first);
                return Timing.Of(() =>
                {
                    leaving.to(host);
                    coming.to(CudaWait.Device);
                    CudaWait.ForAll();
                });
            },
            () =>
            {
                var (leaving, coming) = turn++ % 2 == 0 ? (sharedFirst, sharedSecond) : (sharedSecond, sharedFirst);
                return Timing.Of(() =>
                {
                    leaving.ToAsync(Device.Cpu, default).AsTask().Wait();
                    coming.ToAsync(Device.Cuda(0), default).AsTask().Wait();
                });
            });
        report.Row(
            "swap of two models of 1.5 GB",
            $"{times[1].ToString("0.000")} s",
            $"to(cpu), to(cuda): {times[0].ToString("0.000")} s, {times[0].Over(times[1]).ToString("0.0")} times as long (aim 10)");
    }
}
