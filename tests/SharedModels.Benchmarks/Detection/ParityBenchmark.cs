using System.Globalization;
using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Embedded;
using SharedModels.Benchmarks.Vision;
using SharedModels.TorchSharp;
using SharedModels.TorchSharp.Compute;
using SharedModels.Vision.Network;
using SharedModels.Vision.Tokenization;
using TorchSharp;

namespace SharedModels.Benchmarks.Detection;

/// <summary>
/// Every output of the network on the embedded engine and on TorchSharp, with the same weights, pixels and number of threads.
/// </summary>
internal static class ParityBenchmark
{
    private const int Rounds = 3;

    private static readonly string[] Prompts = ["an orange cross", "something blue"];
    private static readonly string[] Outputs = ["text embeddings", "features of the image", "logits", "boxes", "objectness logits"];

    public static void Run(Report report, string name, string folder)
    {
        torch.set_num_threads(Environment.ProcessorCount);
        var config = Owlv2Config.Read(folder);
        var pixels = Numbers.Random(config.VisionConfig.NumChannels * config.VisionConfig.ImageSize * config.VisionConfig.ImageSize);
        var ids = Prompts.Select(new ClipTokenizer(folder).EncodeTruncated).ToArray();
        using var weights = new CheckpointWeights(folder);
        using var ours = new Owlv2Network(new EmbeddedComputeEngine(new ComputeEngineOptions()), weights, config);
        using var theirs = new Owlv2Network(
            new TorchComputeEngine(Device.Cpu, ElementType.Float32, TorchRuntime.Default), weights, config);
        var (ourOutputs, theirOutputs) = (Array.Empty<float[]>(), Array.Empty<float[]>());
        var rounds = Benchmarks.Rounds.Interleave(
            Rounds, 1, () => ourOutputs = Forward(ours, ids, pixels), () => theirOutputs = Forward(theirs, ids, pixels));
        report.Row(
            $"{name}: forward pass, 2 prompts",
            $"{rounds[0].Wall.ToString("0.00")} s",
            $"{rounds[0].Wall.Over(rounds[1].Wall).ToString("0.00")} of TorchSharp's {rounds[1].Wall.ToString("0.00")} s");
        for (var i = 0; i < Outputs.Length; i++)
        {
            var difference = ourOutputs[i].Zip(theirOutputs[i], static (a, b) => Math.Abs((double)a - b)).Max();
            report.Row(
                $"{name}: largest error of the {Outputs[i]}",
                $"{difference.ToString("0.0e+0", CultureInfo.InvariantCulture)}",
                $"TorchSharp; numbers up to {theirOutputs[i].Max(Math.Abs):0.0}");
        }
    }

    private static float[][] Forward(Owlv2Network network, int[][] ids, float[] pixels)
    {
        var texts = network.EmbedText(ids);
        using var features = network.EmbedImages(pixels, 1);
        return
        [
            texts, network.Download(features), network.Logits(features, texts, ids.Length), network.Boxes(features),
            network.Objectness(features),
        ];
    }
}
