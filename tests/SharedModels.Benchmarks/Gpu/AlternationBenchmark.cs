using SharedModels.TorchSharp;
using TorchSharp;

namespace SharedModels.Benchmarks.Gpu;

/// <summary>
/// Two models that take turns on a device: upstream's scheme, which moves the one to the host and the other in, against the manager.
/// </summary>
internal static class AlternationBenchmark
{
    private const long Bytes = 1_500_000_000;
    private const int Turns = 10;

    public static void Run(Report report)
    {
        using var first = new SquareLayers(Bytes);
        using var second = new SquareLayers(Bytes);
        using var sharedFirst = new TorchModel<SquareLayers>(static () => new SquareLayers(Bytes));
        using var sharedSecond = new TorchModel<SquareLayers>(static () => new SquareLayers(Bytes));
        foreach (var model in new[] { sharedFirst, sharedSecond })
            model.LoadAsync(default).AsTask().Wait();
        var host = new torch.Device(DeviceType.CPU);
        var seconds = Measure.Interleaved(
            3,
            () => Take(turn => (turn % 2 == 0 ? first : second).to(host), turn => (turn % 2 == 0 ? second : first).to(CudaWait.Device)),
            () => Take(
                turn => (turn % 2 == 0 ? sharedFirst : sharedSecond).ToAsync(Device.Cpu, default).AsTask().Wait(),
                turn => (turn % 2 == 0 ? sharedSecond : sharedFirst).ToAsync(Device.Cuda(0), default).AsTask().Wait()));
        report.Row(
            "swap of two models of 1.5 GB",
            $"{seconds[1] / Turns:0.000} s",
            $"upstream's scheme {seconds[0] / Turns:0.000} s, {seconds[0] / seconds[1]:0.0} times as long (aim 10)");
    }

    private static void Take(Action<int> leave, Action<int> enter)
    {
        for (var turn = 0; turn < Turns; turn++)
        {
            leave(turn);
            enter(turn);
            CudaWait.ForAll();
        }
    }
}
