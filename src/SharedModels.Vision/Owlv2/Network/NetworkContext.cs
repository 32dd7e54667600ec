using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Network;

/// <summary>Adds weights to an engine and frees them together.</summary>
internal sealed class NetworkContext(IComputeEngine engine, CheckpointWeights weights) : IDisposable
{
    private readonly List<ITensor> _tensors = [];

    public IComputeEngine Engine { get; } = engine;

    public StageObserver? Observer { get; set; }

    /// <summary>The number of weights that the network reads.</summary>
    public long WeightCount { get; private set; }

    /// <summary>The bytes that these weights take in the checkpoint.</summary>
    public long WeightBytes { get; private set; }

    public ITensor Matrix(string name, params ReadOnlySpan<int> shape) => Keep(Engine.AddMatrix(Find([name], shape)));

    public ITensor Matrices(ReadOnlySpan<string> names, int rows, int columns) => Keep(Engine.AddMatrix(Find(names, [rows, columns])));

    public ITensor Vector(string name, int count) => Keep(Engine.AddVector(Find([name], [count])));

    public ITensor Vectors(ReadOnlySpan<string> names, int count) => Keep(Engine.AddVector(Find(names, [count])));

    public void Observe(string stage, ITensor value) => Observer?.Invoke(stage, value);

    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
    }

    private WeightView[] Find(ReadOnlySpan<string> names, ReadOnlySpan<int> shape)
    {
        var found = new WeightView[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            found[i] = weights.Get(names[i], shape);
            WeightCount += (long)found[i].Rows * found[i].Columns;
            WeightBytes += found[i].ByteCount;
        }

        return found;
    }

    private ITensor Keep(ITensor tensor)
    {
        _tensors.Add(tensor);
        return tensor;
    }
}
