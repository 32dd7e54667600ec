using System.Diagnostics;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.Detection;

/// <summary>The latencies that a caller sees: to load, to detect, to ask again, and to cancel.</summary>
internal static class LatencyBenchmark
{
    private const int Rounds = 3;
    private const int Cancellations = 15;

    public static void Run(Report report, string name, string folder)
    {
        var image = new ImageDecoder().Decode(
            File.ReadAllBytes(Repository.File("samples", "VisionApi", "demo-checkpoint", "samples", "sample1.png")));
        var load = Stopwatch.StartNew();
        using var model = new Owlv2(new Owlv2Options { Checkpoint = folder });
        model.LoadAsync(default).AsTask().Wait();
        load.Stop();
        report.Row($"{name}: load, the file in the system's cache", $"{load.Elapsed.TotalSeconds:0.00} s");

        var (seconds, again) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            var unseen = Copy(image);
            seconds[round] = Time(() => model.Detect(unseen, ["an orange cross"]));
            again[round] = Time(() => model.Detect(unseen, [$"something blue {round}"]));
        }

        report.Row($"{name}: detection, {image.Width} x {image.Height}", $"{new Spread(seconds).ToString("0.00")} s");
        report.Row(
            $"{name}: another prompt for the same image", $"{new Spread(again).Times(1e3).ToString("0")} ms",
            $"{new Spread(again).Over(new Spread(seconds)).ToString("0.000")} of the first");
        Cancel(report, name, model, image, new Spread(seconds).Median);
    }

    // At moments distributed over the whole detection.
    private static void Cancel(Report report, string name, Owlv2 model, RgbImage image, double seconds)
    {
        var latencies = new double[Cancellations];
        for (var i = 0; i < Cancellations; i++)
        {
            using var source = new CancellationTokenSource();
            var (unseen, canceled) = (Copy(image), 0L);
            using var registration = source.Token.Register(() => canceled = Stopwatch.GetTimestamp());
            source.CancelAfter(TimeSpan.FromSeconds(seconds * (i + 0.5) / (Cancellations + 2)));
            try
            {
                model.Detect(unseen, [$"prompt {i}"], cancellationToken: source.Token);
            }
            catch (OperationCanceledException)
            {
                latencies[i] = Stopwatch.GetElapsedTime(canceled).TotalMilliseconds;
            }
        }

        report.Row(
            $"{name}: from a cancellation to the exception", $"{new Spread(latencies).ToString("0.0")} ms",
            $"{Cancellations} moments of a detection; aim 100 ms");
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static RgbImage Copy(RgbImage image) => new(image.Width, image.Height, image.Pixels.ToArray());
}
