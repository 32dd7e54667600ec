using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Embedded;
using SharedModels.Vision.Network;

namespace SharedModels.Benchmarks.Vision;

/// <summary>The vision encoder of owlv2-base-patch16 with random weights, at 960 x 960.</summary>
internal static class EncoderBenchmark
{
    public static void Run(Report report)
    {
        // Another machine's figures, quoted: PyTorch on 2 cores, float32, the whole forward pass.
        const double Torch2 = 12.3, Torch1 = 20;
        var config = new VisionConfig { ImageSize = 960 };
        foreach (var type in new[] { "F32", "F16" })
        {
            ProcessMemory.ResetPeak();
            var seconds = Run(config, type);
            report.Row($"vision encoder, base-patch16 at 960 x 960, {type}, all threads",
                $"{seconds:0.00} s, {Operations(config) / seconds:0} GFLOP/s, peak working set {ProcessMemory.PeakBytes() / 1e6:0} MB",
                $"PyTorch 2.6 {Torch2} s: {Torch2 / seconds:0.0} x, 1.13 {Torch1} s: {
                    Torch1 / seconds:0.0} x (quoted, not measured here; theirs with text and heads)");
        }
    }

    private static double Run(VisionConfig config, string type)
    {
        using var checkpoint = new RandomCheckpoint(config, type);
        using var weights = new CheckpointWeights(checkpoint.Folder);
        using var engine = new EmbeddedComputeEngine(new ComputeEngineOptions());
        using var context = new NetworkContext(engine, weights);
        var tower = new VisionTower(context, config);
        var pixels = Numbers.Random(3 * config.ImageSize * config.ImageSize);
        return Measure.Interleaved(3, () => tower.Run(pixels, 1, CancellationToken.None).Dispose())[0];
    }

    private static double Operations(VisionConfig config)
    {
        double tokens = config.Patches + 1, width = config.HiddenSize, middle = config.IntermediateSize;
        return 2e-9 * (config.NumHiddenLayers * tokens * (4 * width * width + 2 * width * middle + 2 * tokens * width)
            + (tokens - 1) * width * 3 * config.PatchSize * config.PatchSize);
    }
}
