using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SharedModels.Benchmarks.Onnx;
using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Embedded;
using SharedModels.TorchSharp;
using SharedModels.TorchSharp.Compute;
using SharedModels.Vision.Network;
using TorchSharp;

namespace SharedModels.Benchmarks.Vision;

/// <summary>The vision encoder on one engine. Each call of <see cref="Run"/> computes once.</summary>
internal sealed class EncoderRun(Func<float[]> run, params IDisposable[] owned) : IDisposable
{
    public const string Embedded = "embedded engine";
    public const string Torch = "TorchSharp";
    public const string OnnxFused = "ONNX Runtime, fused attention";
    public const string OnnxStandard = "ONNX Runtime, standard operators";

    public static IReadOnlyList<string> Engines { get; } = [Embedded, Torch, OnnxFused, OnnxStandard];

    /// <summary>Loads the weights of a folder onto an engine. All engines use as many threads as there are processors.</summary>
    public static EncoderRun Create(string engine, string folder, VisionConfig config, float[] pixels) => engine switch
    {
        Embedded => OnEngine(new EmbeddedComputeEngine(new ComputeEngineOptions()), folder, config, pixels),
        Torch => OnTorch(folder, config, pixels),
        OnnxFused => OnOnnx(folder, config, pixels, isFused: true),
        _ => OnOnnx(folder, config, pixels, isFused: false),
    };

    /// <summary>Computes the features of the image [patches × width].</summary>
    public float[] Run() => run();

    public void Dispose()
    {
        foreach (var part in owned)
            part.Dispose();
    }

    private static EncoderRun OnTorch(string folder, VisionConfig config, float[] pixels)
    {
        torch.set_num_threads(Environment.ProcessorCount);
        return OnEngine(new TorchComputeEngine(Device.Cpu, ElementType.Float32, TorchRuntime.Default), folder, config, pixels);
    }

    private static EncoderRun OnEngine(IComputeEngine engine, string folder, VisionConfig config, float[] pixels)
    {
        var weights = new CheckpointWeights(folder);
        var context = new NetworkContext(engine, weights);
        var tower = new VisionTower(context, config);
        (engine as IEvictableComputeEngine)?.Enter();
        return new(
            () =>
            {
                using var features = tower.Run(pixels, 1);
                var values = new float[features.Rows * features.Columns];
                engine.Download(features, values);
                return values;
            },
            context,
            engine,
            weights);
    }

    private static EncoderRun OnOnnx(string folder, VisionConfig config, float[] pixels, bool isFused)
    {
        using var weights = new SafetensorsFile(Path.Combine(folder, "model.safetensors"));
        var path = OnnxEncoder.Save(weights, config, isFused);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = Environment.ProcessorCount,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        var session = new InferenceSession(path, options);
        var input = new DenseTensor<float>(pixels, [1, config.NumChannels, config.ImageSize, config.ImageSize]);
        return new(
            () =>
            {
                using var results = session.Run([NamedOnnxValue.CreateFromTensor(OnnxEncoder.Input, input)]);
                return results[0].AsTensor<float>().ToArray();
            },
            session);
    }
}
