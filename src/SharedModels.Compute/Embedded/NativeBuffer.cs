using System.Runtime.InteropServices;

namespace SharedModels.Compute.Embedded;

/// <summary>Aligned memory outside the managed heap. Disposing it returns it to its pool.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Alignment = 64;

    private readonly NativeBufferPool _pool;

    public NativeBuffer(NativeBufferPool pool, long capacity)
    {
        _pool = pool;
        Capacity = capacity;
        Data = (float*)NativeMemory.AlignedAlloc((nuint)capacity * sizeof(float), Alignment);
    }

    public float* Data { get; private set; }

    /// <summary>The capacity in floats.</summary>
    public long Capacity { get; }

    public bool Rented { get; set; } = true;

    public void Dispose() => _pool.Return(this);

    public void Free()
    {
        NativeMemory.AlignedFree(Data);
        Data = null;
    }
}
