using System.Diagnostics;
using SharedModels.TorchSharp;
using TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>
/// The cost that a model that constantly moves in and out, and a model that computes, impose on each other. Both run for as long as the
/// other does. A move out waits for all kernels that were queued before it, of either model, so it has a separate row.
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
        (double In, double Out) beside = default;
        var times = Timing.Interleave(
            () => Timing.Of(() => Compute(net, input)),
            () =>
            {
                // Device memory that was just used, as in the moves while the other model computes.
                Move(coming);
                return Timing.Of(() => coming.ToAsync(Device.Cuda(0), default).AsTask().Wait());
            },
            () => Timing.Of(() => coming.ToAsync(Device.Cpu, default).AsTask().Wait()),
            () =>
            {
                using var isDone = new CancellationTokenSource();
                var moving = Task.Run(() => MoveUntil(coming, isDone.Token));
                var seconds = Timing.Of(() => Compute(net, input));
                isDone.Cancel();
                beside = moving.Result;
                return seconds;
            },
            () => beside.In,
            () => beside.Out);
        report.Row(
            "compute", $"{times[0].ToString("0.000")} s", $"while models move: {times[3].Over(times[0]).ToString("0.00")} times as long");
        report.Row(
            "one move in",
            $"{times[1].ToString("0.000")} s",
            $"while another computes: {times[4].Over(times[1]).ToString("0.00")} times as long (1.25 at most: 80 % hidden)");
        report.Row(
            "one move out",
            $"{times[2].Times(1e3).ToString("0.00")} ms",
            $"while another computes: {times[5].Times(1e3).ToString("0.00")} ms, with the kernels that it waits for");
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

    /// <summary>
    /// Moves until the token is canceled. Returns the mean times of a move in and of a move out, without the first and the last move.
    /// </summary>
    private static (double In, double Out) MoveUntil(TorchModel<SquareLayers> model, CancellationToken token)
    {
        List<(double In, double Out)> moves = [];
        Move(model);
        do
            moves.Add(Move(model));
        while (!token.IsCancellationRequested);

        // Nothing was computed during a part of the last move.
        var whole = moves.Count > 1 ? moves[..^1] : moves;
        return (whole.Average(static move => move.In), whole.Average(static move => move.Out));
    }

    private static (double In, double Out) Move(TorchModel<SquareLayers> model)
    {
        var start = Stopwatch.GetTimestamp();
        model.ToAsync(Device.Cuda(0), default).AsTask().Wait();
        var middle = Stopwatch.GetTimestamp();
        model.ToAsync(Device.Cpu, default).AsTask().Wait();
        return (Stopwatch.GetElapsedTime(start, middle).TotalSeconds, Stopwatch.GetElapsedTime(middle).TotalSeconds);
    }
}
