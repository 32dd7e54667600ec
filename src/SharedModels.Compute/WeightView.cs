namespace SharedModels.Compute;

/// <summary>A weight at its place in a memory-mapped checkpoint, in the type that the checkpoint stores.</summary>
/// <remarks>
/// A matrix is stored row by row. A vector is one row. A weight with more dimensions counts as a matrix whose rows are the first
/// dimension. The memory is read-only, little-endian and aligned only to the element. It is valid until the owner of the mapping unmaps
/// it, which happens after all tensors made from it have been disposed.
/// </remarks>
internal readonly unsafe struct WeightView
{
    private readonly byte* _data;

    /// <summary>Describes a weight at an address.</summary>
    /// <param name="name">The tensor's name in the checkpoint, for messages.</param>
    /// <param name="type">The type of the stored numbers.</param>
    /// <param name="data">The address of the first number.</param>
    /// <param name="rows">The number of rows, at least 1.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    public WeightView(string name, ElementType type, nint data, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Name = name;
        Type = type;
        _data = (byte*)data;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>The tensor's name in the checkpoint.</summary>
    public string Name { get; }

    /// <summary>The type of the stored numbers.</summary>
    public ElementType Type { get; }

    /// <summary>The number of rows: the outputs of a linear layer, or 1 for a vector.</summary>
    public int Rows { get; }

    /// <summary>The number of columns: the inputs of a linear layer.</summary>
    public int Columns { get; }

    /// <summary>The address of the first number.</summary>
    public nint Address => (nint)_data;

    /// <summary>The bytes of the whole weight.</summary>
    public long ByteCount => (long)Rows * Columns * Type.Size();

    /// <summary>Returns the bytes of a range of rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">The number of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight has no such rows.</exception>
    public ReadOnlySpan<byte> RowBytes(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Rows);
        var row = (long)Columns * Type.Size();
        return new ReadOnlySpan<byte>(_data + first * row, checked((int)(count * row)));
    }
}
