using Microsoft.Extensions.Options;
using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.TorchSharp;
using SharedModels.TorchSharp.Compute;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;
using SharedModels.Vision.Tokenization;

namespace SharedModels.GpuBenchmarks;

/// <summary>OWLv2 with the checkpoints that OWLV2_CHECKPOINTS names, in bfloat16, compared with PyTorch where it is installed.</summary>
internal static class Owlv2Benchmark
{
    private static readonly string[] Prompts = ["an orange cross", "something blue"];

    public static void Run(Report report)
    {
        var folders = (Environment.GetEnvironmentVariable("OWLV2_CHECKPOINTS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        if (folders.Length == 0)
        {
            report.Text(
                "OWLv2 not measured: OWLV2_CHECKPOINTS names no folders (those of owlv2-base-patch16-ensemble and "
                + "owlv2-large-patch14-ensemble, separated by a colon).");
            return;
        }

        var theirs = new PyTorchFigures();
        IComputeEngineFactory engines = new TorchComputeEngineFactory(
            Options.Create(new TorchSharpOptions { EnginePrecision = ElementType.BFloat16 }), TorchRuntime.Default);
        var image = new ImageDecoder().Decode(
            File.ReadAllBytes(Environment.GetEnvironmentVariable("OWLV2_IMAGE")
                ?? "samples/VisionApi/demo-checkpoint/samples/sample1.png"));
        foreach (var folder in folders)
        {
            var name = Path.GetFileName(folder.TrimEnd('/'));
            var (forward, detection) = (Forward(engines, image, folder), Detect(engines, image, folder));
            report.Row($"{name}, bfloat16, forward pass", $"{forward.Times(1e3)} ms", theirs.Compare(name, "forward", forward));
            report.Row($"{name}, bfloat16, one image", $"{detection.Times(1e3)} ms", theirs.Compare(name, "picture", detection));
        }
    }

    /// <summary>Measures from pixels on the host to logits and boxes on the host. The prompts are already embedded.</summary>
    private static Spread Forward(IComputeEngineFactory engines, RgbImage image, string folder)
    {
        var config = Owlv2Config.Read(folder);
        var size = config.VisionConfig.ImageSize;
        var processor = new ImageProcessor(PreprocessorConfig.Read(folder, size), size, 0.5f, 0);
        var pixels = new float[processor.Length];
        processor.Run(image, pixels, 0);
        var tokenizer = new ClipTokenizer(folder);
        using var weights = new CheckpointWeights(folder);
        using var network = new Owlv2Network(engines.Create(Device.Cuda(0), new()), weights, config);
        var queries = network.EmbedText([.. Prompts.Select(tokenizer.EncodeTruncated)]);
        return Timing.Interleave(() => Timing.Of(() =>
        {
            using var features = network.EmbedImages(pixels, 1);
            network.Logits(features, queries, Prompts.Length);
            network.Boxes(features);
        }))[0];
    }

    /// <summary>Measures the whole detection, including the resizing of the image and the selection of the boxes.</summary>
    private static Spread Detect(IComputeEngineFactory engines, RgbImage image, string folder)
    {
        using var model = new Owlv2(new FixedOptions(new() { Checkpoint = folder }), engines);
        model.LoadAsync(default).AsTask().Wait();
        model.ToAsync(Device.Cuda(0), default).AsTask().Wait();
        var pixels = image.Pixels.ToArray();

        // A new image each time, because the network's result for the same image would be reused.
        return Timing.Interleave(() => Timing.Of(() => model.Detect(new RgbImage(image.Width, image.Height, pixels), Prompts)))[0];
    }

    private sealed class FixedOptions(Owlv2Options options) : IOptionsMonitor<Owlv2Options>
    {
        public Owlv2Options CurrentValue => options;

        public Owlv2Options Get(string? name) => options;

        public IDisposable? OnChange(Action<Owlv2Options, string?> listener) => null;
    }
}
