using System.Globalization;
using SharedModels.Benchmarks.Detection;
using SharedModels.CheckpointMaker;
using SharedModels.Vision.Network;

namespace SharedModels.Benchmarks.Vision;

/// <summary>
/// The vision encoder of owlv2-base-patch16 with random weights, at 960 x 960, on each engine in turn, with the same weights, pixels and
/// number of threads. Peak memory is measured in a separate process for each engine.
/// </summary>
internal static class EncoderBenchmark
{
    /// <summary>The argument for the program to measure the memory of one engine.</summary>
    public const string MemoryCommand = "encoder-memory";

    private const int Rounds = 5;

    private static readonly VisionConfig Config = new() { ImageSize = 960 };

    public static void Run(Report report)
    {
        using var checkpoint = new TemporaryCheckpoint(new() { Config = PublishedConfigs.All["base"] });
        var pixels = Numbers.Random(Config.NumChannels * Config.ImageSize * Config.ImageSize);
        var runs = EncoderRun.Engines.Select(engine => EncoderRun.Create(engine, checkpoint.Path, Config, pixels)).ToList();
        var results = new float[runs.Count][];
        var rounds = Benchmarks.Rounds.Interleave(
            Rounds, 1, [.. runs.Select((run, i) => (Action)(() => results[i] = run.Run()))]);
        runs.ForEach(static run => run.Dispose());
        report.Table(
            "vision encoder, base-patch16 at 960 x 960, float32", "seconds", "embedded engine's time / this engine's time", "GFLOP/s",
            "peak working set", "largest difference of a feature");
        for (var i = 0; i < runs.Count; i++)
        {
            report.Cells(
                EncoderRun.Engines[i],
                rounds[i].Wall.ToString("0.00"),
                rounds[0].Wall.Over(rounds[i].Wall).ToString("0.00"),
                (Operations / rounds[i].Wall.Median).ToString("0", CultureInfo.InvariantCulture),
                EncoderRun.Engines[i] == EncoderRun.Torch
                    ? "not comparable"
                    : $"{MeasureMemory(EncoderRun.Engines[i], checkpoint.Path) / 1e6:0} MB",
                Difference(results[0], results[i]).ToString("0.0e+0", CultureInfo.InvariantCulture));
        }

        report.Text(
            "Medians of the rounds, with the minimum and the maximum in brackets. A ratio compares the same round of one run.\n"
            + "This project's engine for TorchSharp keeps a second copy of the weights on the host, as it does for a GPU. Its peak "
            + "therefore says nothing about TorchSharp itself and is not compared.");
    }

    /// <summary>Computes once on one engine, and prints the peak of the working set.</summary>
    public static void PrintMemory(string engine, string folder)
    {
        var pixels = Numbers.Random(Config.NumChannels * Config.ImageSize * Config.ImageSize);
        using (var run = EncoderRun.Create(engine, folder, Config, pixels))
            run.Run();
        Console.WriteLine(ProcessMemory.PeakBytes().ToString(CultureInfo.InvariantCulture));
    }

    private static long MeasureMemory(string engine, string folder) =>
        long.Parse(ChildProcess.Run(MemoryCommand, engine, folder), CultureInfo.InvariantCulture);

    private static double Difference(float[] expected, float[] actual) =>
        expected.Length == actual.Length ? expected.Zip(actual, static (a, b) => Math.Abs((double)a - b)).Max() : double.NaN;

    private static double Operations
    {
        get
        {
            double tokens = Config.Patches + 1, width = Config.HiddenSize, middle = Config.IntermediateSize;
            return 2e-9 * (Config.NumHiddenLayers * tokens * (4 * width * width + 2 * width * middle + 2 * tokens * width)
                + (tokens - 1) * width * 3 * Config.PatchSize * Config.PatchSize);
        }
    }
}
