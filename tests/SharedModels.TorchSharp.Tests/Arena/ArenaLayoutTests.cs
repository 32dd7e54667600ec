using FsCheck;
using FsCheck.Fluent;
using SharedModels.TorchSharp.Arena;

namespace SharedModels.TorchSharp.Tests.Arena;

public sealed class ArenaLayoutTests
{
    private const int Float32 = 6;
    private const int Int64 = 4;

    [Fact]
    public void Tensors_follow_each_other_on_aligned_offsets()
    {
        var layout = new ArenaLayout([new("weight", Float32, 4, [3, 5]), new("steps", Int64, 8, [129]), new("scale", Float32, 4, [])]);
        Assert.Equal((0, 512, 2048), (layout["weight"].Offset, layout["steps"].Offset, layout["scale"].Offset));
        Assert.Equal(2560, layout.Bytes);
    }

    [Fact]
    public void Tensors_whose_memory_overlaps_keep_their_distance()
    {
        var layout = new ArenaLayout([
            new("other", Float32, 4, [1]) { Address = 0x9000 },
            new("whole", Float32, 4, [4, 4]) { Address = 0x1010 },
            new("same", Float32, 4, [16]) { Address = 0x1010 },
            new("column", Float32, 4, [4]) { Address = 0x1018, Strides = [4] },
            new("next", Float32, 4, [1]) { Address = 0x1050 },
        ]);
        Assert.Equal((0, 512), (layout["other"].Offset, layout["whole"].Offset));
        Assert.Equal((512, 520), (layout["same"].Offset, layout["column"].Offset));
        Assert.Equal(1024, layout["next"].Offset);
        Assert.Equal(1536, layout.Bytes);
    }

    [Fact]
    public void A_tensor_takes_the_bytes_from_its_first_element_to_its_last()
    {
        Assert.Equal(24, new ArenaEntry("dense", Float32, 4, [2, 3]).Bytes);
        Assert.Equal(24, new ArenaEntry("transposed", Float32, 4, [2, 3]) { Strides = [1, 2] }.Bytes);
        Assert.Equal(12, new ArenaEntry("expanded", Float32, 4, [2, 3]) { Strides = [0, 1] }.Bytes);
        Assert.Equal(0, new ArenaEntry("empty", Float32, 4, [0, 3]).Bytes);
        Assert.True(new ArenaEntry("one", Float32, 4, [1, 3]) { Strides = [3, 1] }.IsDense);
        Assert.False(new ArenaEntry("transposed", Float32, 4, [2, 3]) { Strides = [1, 2] }.IsDense);
    }

    [Fact]
    public void Sizes_above_four_gigabytes_are_counted_correctly()
    {
        var layout = new ArenaLayout([new("a", Float32, 4, [70_000, 70_000]), new("b", Float32, 4, [1])]);
        Assert.Equal(19_600_000_000, layout["b"].Offset);
        Assert.Equal(19_600_000_512, layout.Bytes);
        Assert.Throws<OverflowException>(static () => new ArenaEntry("c", Float32, 4, [long.MaxValue, 2]));
    }

    [Fact]
    public void Nothing_overlaps_and_nothing_is_wasted_beyond_the_alignment() => Prop.ForAll<(PositiveInt, bool)[]>(static sizes =>
    {
        var entries = sizes
            .Select(static (size, i) => new ArenaEntry($"{i}", size.Item2 ? Float32 : Int64, size.Item2 ? 4 : 8, [size.Item1.Get]))
            .ToList();
        var layout = new ArenaLayout(entries);
        var end = 0L;
        foreach (var slot in layout.Slots.OrderBy(static slot => slot.Offset))
        {
            if (slot.Offset < end || slot.Offset - end >= ArenaLayout.Alignment || slot.Offset % ArenaLayout.Alignment != 0)
                return false;
            end = slot.Offset + slot.Entry.Bytes;
        }

        if (layout.Bytes - end is < 0 or >= ArenaLayout.Alignment)
            return false;

        return layout.Slots.Count == entries.Count;
    }).QuickCheckThrowOnFailure();
}
