using SharedModels.TorchSharp;
using TorchSharp;

namespace SharedModels.Benchmarks.Gpu;

/// <summary>How much of a transfer hides behind what the device computes meanwhile.</summary>
internal static class PrefetchBenchmark
{
    private const int Passes = 40;
    private const int Rows = 8192;

    public static void Run(Report report)
    {
        using var computing = new TorchModel<SquareLayers>(static () => new SquareLayers(500_000_000));
        using var coming = new TorchModel<SquareLayers>(static () => new SquareLayers(1_500_000_000));
        foreach (var model in new[] { computing, coming })
            model.LoadAsync(default).AsTask().Wait();
        computing.ToAsync(Device.Cuda(0), default).AsTask().Wait();
        var net = (SquareLayers)computing.Model;
        using var input = torch.zeros([Rows, SquareLayers.Side], torch.ScalarType.Float32, CudaWait.Device);
        var seconds = Measure.Interleaved(
            3,
            () => Compute(net, input),
            () => Move(coming),
            () => Task.WaitAll(Task.Run(() => Compute(net, input)), Task.Run(() => Move(coming))));
        var hidden = (seconds[0] + seconds[1] - seconds[2]) / Math.Min(seconds[0], seconds[1]);
        report.Row(
            "transfer hidden behind compute",
            $"{hidden * 100:0} %",
            $"compute {seconds[0]:0.000} s, transfer {seconds[1]:0.000} s, both at once {seconds[2]:0.000} s (aim 80 %)");
    }

    private static void Compute(SquareLayers net, torch.Tensor input)
    {
        using var noGradients = torch.no_grad();
        for (var pass = 0; pass < Passes; pass++)
        {
            using (torch.NewDisposeScope())
                net.call(input);
            CudaWait.ForAll();
        }
    }

    private static void Move(TorchModel<SquareLayers> model)
    {
        model.ToAsync(Device.Cuda(0), default).AsTask().Wait();
        model.ToAsync(Device.Cpu, default).AsTask().Wait();
    }
}
