using System.Runtime.InteropServices;
using SharedModels.Compute;

namespace SharedModels.TorchSharp.Tests.Compute;

/// <summary>One run of operations on one engine. The numbers are the same each time, in the order of the operations.</summary>
internal sealed unsafe class EngineRun(IComputeEngine engine) : IDisposable
{
    private readonly Random _random = new(5);
    private readonly List<nint> _memory = [];

    public IComputeEngine Engine { get; } = engine;

    public List<float[]> Results { get; } = [];

    public ITensor Values(int rows, int columns) => Engine.Upload(Numbers(rows * columns), rows, columns);

    public ITensor Matrix(int rows, int columns) => Engine.AddMatrix(View(rows, columns));

    public ITensor Vector(int columns) => Engine.AddVector(View(1, columns));

    public ITensor Matrices(int columns, int first, int second) => Engine.AddMatrix(View(first, columns), View(second, columns));

    public ITensor Vectors(int first, int second) => Engine.AddVector(View(1, first), View(1, second));

    public void Check(ITensor result)
    {
        var numbers = new float[result.Rows * result.Columns];
        Engine.Download(result, numbers);
        Results.Add([result.Rows, result.Columns, .. numbers]);
    }

    public void Dispose()
    {
        foreach (var block in _memory)
            NativeMemory.Free((void*)block);
    }

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(_random.NextDouble() * 2 - 1))];

    private WeightView View(int rows, int columns)
    {
        var block = (nint)NativeMemory.Alloc((nuint)(rows * columns * sizeof(float)));
        _memory.Add(block);
        Numbers(rows * columns).CopyTo(new Span<float>((void*)block, rows * columns));
        return new WeightView($"weight {_memory.Count}", ElementType.Float32, block, rows, columns);
    }
}
