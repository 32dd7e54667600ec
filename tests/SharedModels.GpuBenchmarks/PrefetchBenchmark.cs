using System.Diagnostics;
using SharedModels.TorchSharp;
using TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>
/// What a model that moves in and out all the time, and one that computes, take from each other: both run for as long as the other does.
/// </summary>
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
        double rateBeside = 0;
        var times = Timing.Interleave(
            () => Timing.Of(() => Compute(net, input)),
            () => Timing.Of(() => Move(coming)),
            () =>
            {
                using var isDone = new CancellationTokenSource();
                var moving = Task.Run(() => Rate(coming, isDone.Token));
                var seconds = Timing.Of(() => Compute(net, input));
                isDone.Cancel();
                rateBeside = moving.Result;
                return seconds;
            },
            () => 1 / rateBeside);
        report.Row(
            "compute", $"{times[0].ToString("0.000")} s", $"while models move: {times[2].Over(times[0]).ToString("0.00")} times as long");
        report.Row(
            "one move in and out",
            $"{times[1].ToString("0.000")} s",
            $"while another computes: {times[3].Over(times[1]).ToString("0.00")} times as long (1.25 at most: 80 % hidden)");
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

    /// <summary>Moves for each second until the token is cancelled.</summary>
    private static double Rate(TorchModel<SquareLayers> model, CancellationToken token)
    {
        var start = Stopwatch.GetTimestamp();
        var moves = 0;
        do
        {
            Move(model);
            moves++;
        }
        while (!token.IsCancellationRequested);
        return moves / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Move(TorchModel<SquareLayers> model)
    {
        model.ToAsync(Device.Cuda(0), default).AsTask().Wait();
        model.ToAsync(Device.Cpu, default).AsTask().Wait();
    }
}
