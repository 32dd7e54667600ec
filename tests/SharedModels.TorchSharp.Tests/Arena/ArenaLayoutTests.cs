using FsCheck;
using FsCheck.Fluent;
using SharedModels.TorchSharp.Arena;

namespace SharedModels.TorchSharp.Tests.Arena;

public sealed class ArenaLayoutTests
{
    private const int Float32 = 6;
    private const int Int64 = 4;

    [Fact]
    public void Tensors_of_one_type_lie_one_behind_the_other_each_on_an_aligned_offset()
    {
        var layout = new ArenaLayout([new("weight", Float32, 4, [3, 5]), new("bias", Float32, 4, [129]), new("scale", Float32, 4, [])]);
        var segment = Assert.Single(layout.Segments);
        Assert.Equal((0, 512, 1536), (layout["weight"].Offset, layout["bias"].Offset, layout["scale"].Offset));
        Assert.Equal(384, layout["scale"].FirstElement);
        Assert.Equal(2048, segment.Bytes);
        Assert.Equal(512, segment.Elements);
        Assert.Equal(2048, layout.Bytes);
    }

    [Fact]
    public void Each_element_type_has_a_segment_of_its_own()
    {
        var layout = new ArenaLayout([new("a", Float32, 4, [1]), new("steps", Int64, 8, [1]), new("b", Float32, 4, [1])]);
        Assert.Equal([(Float32, 1024L), (Int64, 512L)], layout.Segments.Select(static segment => (segment.Kind, segment.Bytes)));
        Assert.Equal((0, 0L), (layout["a"].Segment, layout["a"].Offset));
        Assert.Equal((1, 0L), (layout["steps"].Segment, layout["steps"].Offset));
        Assert.Equal((0, 512L), (layout["b"].Segment, layout["b"].Offset));
    }

    [Fact]
    public void Sizes_above_four_gigabytes_are_counted_right()
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
        foreach (var slots in layout.Slots.GroupBy(static slot => slot.Segment))
        {
            var end = 0L;
            foreach (var slot in slots.OrderBy(static slot => slot.Offset))
            {
                if (slot.Offset < end || slot.Offset - end >= ArenaLayout.Alignment || slot.Offset % ArenaLayout.Alignment != 0)
                    return false;
                end = slot.Offset + slot.Entry.Bytes;
            }

            if (layout.Segments[slots.Key].Bytes - end is < 0 or >= ArenaLayout.Alignment)
                return false;
        }

        return layout.Slots.Count == entries.Count;
    }).QuickCheckThrowOnFailure();
}
