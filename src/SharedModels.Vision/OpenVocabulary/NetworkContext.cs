using SharedModels.Vision.Checkpoints;
using SharedModels.Vision.Compute;

namespace SharedModels.Vision.OpenVocabulary;

/// <summary>Puts weights on an engine and frees them together.</summary>
internal sealed class NetworkContext(IComputeEngine engine, CheckpointWeights weights) : IDisposable
{
    private readonly List<ITensor> _tensors = [];

    public IComputeEngine Engine { get; } = engine;

    public StageObserver? Observer { get; set; }

    /// <summary>Bytes of the weights that the network reads.</summary>
    public long WeightBytes { get; private set; }

    public ITensor Matrix(string name, params ReadOnlySpan<int> shape) => Add([weights.Get(name, shape)]);

    public ITensor Vector(string name, int count) => Add([weights.Get(name, count)]);

    public ITensor Stack(ReadOnlySpan<string> names, params ReadOnlySpan<int> shape)
    {
        var parts = new WeightView[names.Length];
        for (var i = 0; i < names.Length; i++)
            parts[i] = weights.Get(names[i], shape);
        return Add(parts);
    }

    public void Observe(string stage, ITensor value) => Observer?.Invoke(stage, value);

    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
    }

    private ITensor Add(ReadOnlySpan<WeightView> parts)
    {
        foreach (var part in parts)
            WeightBytes += part.ByteCount;
        var tensor = Engine.AddWeights(parts);
        _tensors.Add(tensor);
        return tensor;
    }
}
