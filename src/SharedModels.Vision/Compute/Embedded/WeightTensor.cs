namespace SharedModels.Vision.Compute.Embedded;

/// <summary>Weights of the embedded engine: left where they are, and converted row by row when they are used.</summary>
internal sealed unsafe class WeightTensor : ITensor
{
    private readonly WeightView[] _parts;
    private bool _disposed;

    public WeightTensor(EmbeddedComputeEngine engine, ReadOnlySpan<WeightView> parts)
    {
        Engine = engine;
        _parts = parts.ToArray();
        if (_parts.All(p => p.Rows == 1))
        {
            (Rows, Columns) = (1, _parts.Sum(p => p.Columns));
            return;
        }

        Columns = _parts[0].Columns;
        foreach (var part in _parts)
        {
            if (part.Columns != Columns)
                throw new ArgumentException($"'{part.Name}' has {part.Columns} columns and cannot be put below '{_parts[0].Name}', which has {Columns}.", nameof(parts));
            Rows += part.Rows;
        }
    }

    public EmbeddedComputeEngine Engine { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Converts a stretch of a row to floats.</summary>
    public void ReadRow(int row, int first, int count, float* destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(ITensor));
        if (Rows == 1)
        {
            ReadVector(first, count, destination);
            return;
        }

        var index = 0;
        for (; row >= _parts[index].Rows; index++)
            row -= _parts[index].Rows;
        Convert(_parts[index], (long)row * Columns + first, count, destination);
    }

    public void Dispose() => _disposed = true;

    private void ReadVector(int first, int count, float* destination)
    {
        foreach (var part in _parts)
        {
            var taken = Math.Clamp(part.Columns - first, 0, count);
            if (taken > 0)
                Convert(part, first, taken, destination);
            first = Math.Max(0, first - part.Columns);
            destination += taken;
            count -= taken;
        }
    }

    private static void Convert(in WeightView part, long offset, int count, float* destination) =>
        ElementConverter.ToSingle(part.Type, (byte*)part.Address + offset * part.Type.Size(), count, destination);
}
