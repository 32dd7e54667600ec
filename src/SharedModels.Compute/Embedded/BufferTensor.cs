namespace SharedModels.Compute.Embedded;

/// <summary>Activations of the embedded engine: contiguous rows in a pooled buffer.</summary>
internal sealed unsafe class BufferTensor(EmbeddedComputeEngine engine, NativeBuffer buffer, int rows, int columns) : ITensor
{
    private NativeBuffer? _buffer = buffer;

    public EmbeddedComputeEngine Engine { get; } = engine;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public bool IsDisposed => _buffer is null;

    public float* Data => _buffer!.Data;

    public float* Row(int row) => Data + (long)row * Columns;

    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
    }
}
