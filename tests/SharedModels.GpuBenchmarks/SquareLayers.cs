using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.GpuBenchmarks;

/// <summary>A sequence of layers of 64 MiB each, with random weights.</summary>
internal sealed class SquareLayers : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    public const int Side = 4096;
    public const long LayerBytes = (long)Side * Side * sizeof(float);

    private readonly Linear[] _layers;

    public SquareLayers(long bytes)
        : base("layers")
    {
        _layers =
            [.. Enumerable.Range(0, (int)Math.Max(1, bytes / LayerBytes)).Select(static _ => torch.nn.Linear(Side, Side, hasBias: false))];
        for (var i = 0; i < _layers.Length; i++)
            register_module($"layer{i}", _layers[i]);
    }

    public override torch.Tensor forward(torch.Tensor input) => _layers.Aggregate(input, static (values, layer) => layer.forward(values));
}
