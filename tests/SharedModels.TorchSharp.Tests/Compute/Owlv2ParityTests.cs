using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.TorchSharp.Compute;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;
using SharedModels.Vision.Tests;
using SharedModels.Vision.Tokenization;
using Xunit.Abstractions;

namespace SharedModels.TorchSharp.Tests.Compute;

/// <summary>OWLv2 on TorchSharp's engine compared with the results of transformers.</summary>
public sealed class Owlv2ParityTests(ITestOutputHelper output)
{
    [TorchFact]
    public void An_image_with_prompts_gives_the_same_tensors() => Check(ElementType.Float32, small: 1e-4f, logits: 1e-4f);

    // 8 bits of mantissa need bounds of their own: on a CPU the largest differences were 9.4e-3, and 0.10 of logits.
    [TorchFact]
    public void In_bfloat16_the_tensors_differ_only_by_rounding() => Check(ElementType.BFloat16, small: 0.05f, logits: 0.25f);

    // 11 bits of mantissa: on a CPU the largest differences were 7.4e-4, and 6.3e-3 of logits.
    [TorchFact]
    public void In_float16_the_tensors_differ_only_by_rounding() => Check(ElementType.Float16, small: 5e-3f, logits: 0.05f);

    private void Check(ElementType type, float small, float logits)
    {
        var folder = new FixtureFolder(TestFiles.Fixture("owlv2-tiny-random"));
        var config = Owlv2Config.Read(folder.Path);
        var tokenizer = new ClipTokenizer(folder.Path);
        using var weights = new CheckpointWeights(folder.Path);
        using var runtime = new TorchRuntime(null, new(), new(), NullLoggerFactory.Instance);
        using var network = new Owlv2Network(new TorchComputeEngine(Device.Cpu, type, runtime), weights, config);
        var run = folder.Expected
            .GetProperty("runs")
            .EnumerateObject()
            .First(static run => run.Value.ValueKind == JsonValueKind.Object && run.Value.TryGetProperty("picture", out _));
        string[] prompts = [.. run.Value.GetProperty("prompts").EnumerateArray().Select(static prompt => prompt.GetString()!)];
        var processor = new ImageProcessor(
            PreprocessorConfig.Read(folder.Path, config.VisionConfig.ImageSize), config.VisionConfig.ImageSize, 0.5f, 0);
        var pixels = new float[processor.Length];
        processor.Run(folder.Image(run.Value.GetProperty("picture").GetString()!), pixels, 0);

        var texts = network.EmbedText([.. prompts.Select(tokenizer.EncodeTruncated)]);
        using var features = network.EmbedImages(pixels, 1);
        folder.Check(output, $"{run.Name}/text_embeds", texts, small);
        folder.Check(output, $"{run.Name}/logits", network.Logits(features, texts, prompts.Length), logits);
        folder.Check(output, $"{run.Name}/pred_boxes", network.Boxes(features), small);
    }
}
