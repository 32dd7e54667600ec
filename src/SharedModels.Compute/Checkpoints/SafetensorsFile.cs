namespace SharedModels.Compute.Checkpoints;

/// <summary>A memory-mapped safetensors file. Only its header is copied into managed memory.</summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, SafetensorsEntry> _entries;
    private readonly long _dataBegin;

    public SafetensorsFile(string path)
    {
        _file = new MappedFile(path);
        try
        {
            var entries = new List<SafetensorsEntry>();
            var prefix = new ReadOnlySpan<byte>(_file.Data, (int)Math.Min(SafetensorsHeader.LengthBytes, _file.Length));
            _dataBegin = SafetensorsHeader.Read(path, prefix, _file.Length, CopyHeader, entries);
            _entries = entries.ToDictionary(e => e.Name);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path => _file.Path;

    public long Length => _file.Length;

    public IReadOnlyCollection<SafetensorsEntry> Entries => _entries.Values;

    public bool Contains(string name) => _entries.ContainsKey(name);

    public WeightView Get(string name, ReadOnlySpan<int> shape)
    {
        var entry = _entries[name];
        if (!SameShape(entry.Shape, shape))
        {
            throw new CheckpointException(
                $"Tensor '{name}' in '{Path}' has the shape {entry.ShapeText}, but config.json requires "
                + $"[{string.Join(", ", shape.ToArray())}]. "
                + "Use the config.json and the weights of the same checkpoint.");
        }

        var type = entry.Type switch
        {
            "F32" => ElementType.Float32,
            "F16" => ElementType.Float16,
            "BF16" => ElementType.BFloat16,
            _ => throw new CheckpointException(
                $"Tensor '{name}' in '{Path}' has the dtype {entry.Type}. Convert the checkpoint to F32, F16 or BF16."),
        };
        var rows = shape.Length > 1 ? shape[0] : 1;
        var count = (entry.End - entry.Begin) / type.Size();
        return new WeightView(name, type, AddressOf(entry), rows, checked((int)(count / rows)));
    }

    public nint AddressOf(SafetensorsEntry entry) => (nint)(_file.Data + _dataBegin + entry.Begin);

    /// <inheritdoc cref="MappedFile.ReadAhead"/>
    public void ReadAhead(CancellationToken cancellationToken) => _file.ReadAhead(cancellationToken);

    public void Dispose() => _file.Dispose();

    private ReadOnlyMemory<byte> CopyHeader(int length) =>
        new ReadOnlySpan<byte>(_file.Data + SafetensorsHeader.LengthBytes, length).ToArray();

    private static bool SameShape(long[] actual, ReadOnlySpan<int> expected)
    {
        if (actual.Length != expected.Length)
            return false;
        for (var i = 0; i < actual.Length; i++)
        {
            if (actual[i] != expected[i])
                return false;
        }

        return true;
    }
}
