using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

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

    /// <summary>Returns the numbers of a tensor, row by row.</summary>
    /// <exception cref="InvalidOperationException">A number is not finite.</exception>
    public float[] Download(ITensor tensor)
    {
        var values = new float[checked(tensor.Rows * tensor.Columns)];
        Engine.Download(tensor, values);

        // The magnitude is NaN if any number is.
        return float.IsFinite(TensorPrimitives.MaxMagnitude(values))
            ? values
            : throw new InvalidOperationException(
                $"The network computed a number that is not finite on {Engine.Device}. Use a checkpoint whose weights are finite, and "
                + "Float32 or BFloat16 if the engine computes in Float16 (EnginePrecision).");
    }

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
