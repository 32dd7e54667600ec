using System.Runtime.InteropServices;
using SharedModels.Compute.Embedded;
using SharedModels.Compute.Kernels;
using SharedModels.Compute.Tests.Checkpoints;

namespace SharedModels.Compute.Tests;

/// <summary>An engine of one register width, and weights that it reads from memory of the test.</summary>
internal sealed unsafe class EngineFixture(VectorWidth width, int cores = 2) : IDisposable
{
    private readonly List<nint> _memory = [];
    private readonly Random _random = new(11);

    public static TheoryData<int> Widths => [128, 256, 512];

    public EmbeddedComputeEngine Engine { get; } = new(new ComputeEngineOptions { MaxDegreeOfParallelism = cores }, width);

    public float[] Numbers(int count, float scale = 1)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (_random.NextSingle() * 2 - 1) * scale;
        return numbers;
    }

    public WeightView View(float[] values, int rows, string type = "F32")
    {
        var stored = StoredTensor.Of("w", [rows, values.Length / rows], values);
        var bytes = type == "F32" ? stored.Data : stored.To(type).Data;
        // One element past an aligned address, because mapped tensors are only aligned to their elements.
        var size = type == "F32" ? 4 : 2;
        var memory = (nint)NativeMemory.AlignedAlloc((nuint)bytes.Length + 64, 64);
        _memory.Add(memory);
        bytes.CopyTo(new Span<byte>((void*)(memory + size), bytes.Length));
        var element = type switch { "F16" => ElementType.Float16, "BF16" => ElementType.BFloat16, _ => ElementType.Float32 };
        return new WeightView("w", element, memory + size, rows, values.Length / rows);
    }

    public ITensor Matrix(float[] values, int rows) => Engine.AddMatrix(View(values, rows));

    public ITensor Vector(float[] values) => Engine.AddVector(View(values, 1));

    public float[] Take(ITensor tensor)
    {
        using (tensor)
        {
            var values = new float[tensor.Rows * tensor.Columns];
            Engine.Download(tensor, values);
            return values;
        }
    }

    public static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance * MathF.Max(1, MathF.Abs(expected[i])),
                $"Number {i} is {actual[i]} instead of {expected[i]}.");
    }

    public void Dispose()
    {
        Engine.Dispose();
        foreach (var memory in _memory)
            NativeMemory.AlignedFree((void*)memory);
    }
}
