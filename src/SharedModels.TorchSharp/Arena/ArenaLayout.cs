namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// Places the parameters and buffers of a model in one block of bytes. Entries whose memory overlaps, because they are one tensor or
/// views of one, share their memory in the block.
/// </summary>
internal sealed class ArenaLayout
{
    /// <summary>
    /// The alignment of cudaMalloc and of libtorch's allocator. Kernels that read 16 bytes in one access rely on at most 256.
    /// </summary>
    public const int Alignment = 512;

    private const int MaxElementBytes = 16;

    private readonly Dictionary<string, ArenaSlot> _slots = [];

    public ArenaLayout(IEnumerable<ArenaEntry> entries)
    {
        var all = entries.ToList();
        foreach (var entry in all.Where(static entry => entry.Address == 0 || entry.Bytes == 0))
            _slots.Add(entry.Name, new(entry, Take(entry.Bytes)));

        // Ordered by the first occurrence of a name, so that the layout does not depend on the addresses of the memory.
        var order = all.Index().ToDictionary(static pair => pair.Item.Name, static pair => pair.Index);
        foreach (var range in Overlapping(all).OrderBy(range => range.Min(entry => order[entry.Name])))
        {
            // Views keep their distance, and therefore the alignment of their elements.
            var begin = range.Min(static entry => entry.Address);
            if (range.Exists(entry => (entry.Address - begin) % entry.ElementBytes != 0))
                begin = begin / MaxElementBytes * MaxElementBytes;
            var offset = Take(range.Max(static entry => entry.Address + (nint)entry.Bytes) - begin);
            foreach (var entry in range)
                _slots.Add(entry.Name, new(entry, offset + (entry.Address - begin)));
        }
    }

    public IReadOnlyCollection<ArenaSlot> Slots => _slots.Values;

    /// <summary>The bytes of the block.</summary>
    public long Bytes { get; private set; }

    public ArenaSlot this[string name] => _slots[name];

    /// <summary>Groups entries whose memory overlaps.</summary>
    public static IEnumerable<List<ArenaEntry>> Overlapping(IReadOnlyList<ArenaEntry> entries)
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
