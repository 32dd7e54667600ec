namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// Places a model's parameters and buffers: one segment for each element type, since a tensor can be a view only of one of its own type.
/// Nearly all models have one type, hence one segment.
/// </summary>
internal sealed class ArenaLayout
{
    /// <summary>What cudaMalloc and libtorch's allocator align to: kernels that read 16 bytes at once rely on no more than 256.</summary>
    public const int Alignment = 512;

    private readonly Dictionary<string, ArenaSlot> _slots = [];

    public ArenaLayout(IEnumerable<ArenaEntry> entries)
    {
        var segments = new List<ArenaSegment>();
        foreach (var entry in entries)
        {
            var index = segments.FindIndex(segment => segment.Kind == entry.Kind);
            if (index < 0)
            {
                index = segments.Count;
                segments.Add(new(entry.Kind, entry.ElementBytes, 0));
            }

            var segment = segments[index];
            _slots.Add(entry.Name, new(entry, index, segment.Bytes));
            segments[index] = segment with { Bytes = Align(checked(segment.Bytes + entry.Bytes)) };
        }

        Segments = segments;
    }

    public IReadOnlyList<ArenaSegment> Segments { get; }

    public IReadOnlyCollection<ArenaSlot> Slots => _slots.Values;

    /// <summary>Bytes of all segments.</summary>
    public long Bytes => Segments.Sum(static segment => segment.Bytes);

    public ArenaSlot this[string name] => _slots[name];

    private static long Align(long bytes) => checked(bytes + Alignment - 1) / Alignment * Alignment;
}
