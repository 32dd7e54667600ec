namespace SharedModels.Compute.Embedded;

/// <summary>Weights of the embedded engine. They stay in place, and rows are converted when they are used.</summary>
internal sealed unsafe class WeightTensor : ITensor
{
    private readonly WeightView[] _parts;

    private WeightTensor(EmbeddedComputeEngine engine, WeightView[] parts, int rows, int columns)
    {
        Engine = engine;
        _parts = parts;
        Rows = rows;
        Columns = columns;
    }

    public EmbeddedComputeEngine Engine { get; }

    public int Rows { get; }

    public int Columns { get; }

    public bool IsDisposed { get; private set; }

    public static WeightTensor Below(EmbeddedComputeEngine engine, ReadOnlySpan<WeightView> parts)
    {
        var all = parts.ToArray();
        return new WeightTensor(engine, all, all.Sum(p => p.Rows), all[0].Columns);
    }

    public static WeightTensor Beside(EmbeddedComputeEngine engine, ReadOnlySpan<WeightView> parts)
    {
        var all = parts.ToArray();
        return new WeightTensor(engine, all, 1, all.Sum(p => p.Columns));
    }

    /// <summary>Converts a range of a row to floats.</summary>
    public void ReadRow(int row, int first, int count, float* destination)
    {
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

    public void Dispose() => IsDisposed = true;

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
