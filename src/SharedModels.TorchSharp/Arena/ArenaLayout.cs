namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// Places a model's parameters and buffers in one block of bytes. Those whose memory overlaps, because they are one tensor or views of one,
/// share their place.
/// </summary>
internal sealed class ArenaLayout
{
    /// <summary>What cudaMalloc and libtorch's allocator align to: kernels that read 16 bytes at once rely on no more than 256.</summary>
    public const int Alignment = 512;

    private const int MaxElementBytes = 16;

    private readonly Dictionary<string, ArenaSlot> _slots = [];

    public ArenaLayout(IEnumerable<ArenaEntry> entries)
    {
        var all = entries.ToList();
        foreach (var entry in all.Where(static entry => entry.Address == 0 || entry.Bytes == 0))
            _slots.Add(entry.Name, new(entry, Take(entry.Bytes)));

        // In the order of the names' first mention, so that a module's layout does not depend on where its memory happened to be.
        var order = all.Index().ToDictionary(static pair => pair.Item.Name, static pair => pair.Index);
        foreach (var range in Overlapping(all).OrderBy(range => range.Min(entry => order[entry.Name])))
        {
            // Views keep their distance, and with it the alignment that their elements had.
            var begin = range.Min(static entry => entry.Address);
            if (range.Exists(entry => (entry.Address - begin) % entry.ElementBytes != 0))
                begin = begin / MaxElementBytes * MaxElementBytes;
            var offset = Take(range.Max(static entry => entry.Address + (nint)entry.Bytes) - begin);
            foreach (var entry in range)
                _slots.Add(entry.Name, new(entry, offset + (entry.Address - begin)));
        }
    }

    public IReadOnlyCollection<ArenaSlot> Slots => _slots.Values;

    /// <summary>Bytes of the block.</summary>
    public long Bytes { get; private set; }

    public ArenaSlot this[string name] => _slots[name];

    public ArenaSlot? Find(string name) => _slots.GetValueOrDefault(name);

    private static IEnumerable<List<ArenaEntry>> Overlapping(List<ArenaEntry> entries)
    {
        var range = new List<ArenaEntry>();
        nint end = 0;
        foreach (var entry in entries.Where(static entry => entry is { Address: not 0, Bytes: > 0 }).OrderBy(static entry => entry.Address))
        {
            if (range.Count > 0 && entry.Address >= end)
            {
                yield return range;
                range = [];
            }

            range.Add(entry);
            end = Math.Max(range.Count == 1 ? 0 : end, entry.Address + (nint)entry.Bytes);
        }

        if (range.Count > 0)
            yield return range;
    }

    private long Take(long bytes)
    {
        var offset = Bytes;
        Bytes = checked(offset + bytes + Alignment - 1) / Alignment * Alignment;
        return offset;
    }
}
