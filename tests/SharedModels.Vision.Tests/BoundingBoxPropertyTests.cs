using FsCheck;
using FsCheck.Fluent;

namespace SharedModels.Vision.Tests;

public sealed class BoundingBoxPropertyTests
{
    private static readonly Gen<BoundingBox> Boxes =
        from x in Gen.Choose(-50, 50)
        from y in Gen.Choose(-50, 50)
        from width in Gen.Choose(1, 60)
        from height in Gen.Choose(1, 60)
        select new BoundingBox(x, y, x + width, y + height);

    [Fact]
    public void The_overlap_is_symmetric_and_from_0_to_1() => Check((a, b) =>
        a.IntersectionOverUnion(b) == b.IntersectionOverUnion(a) && a.IntersectionOverUnion(b) is >= 0 and <= 1);

    [Fact]
    public void The_overlap_is_1_only_for_equal_boxes() => Check((a, b) => a.IntersectionOverUnion(b) == 1 == (a == b));

    [Fact]
    public void The_overlap_equals_the_count_of_whole_pixels() => Check((a, b) =>
    {
        var (shared, covered) = (0, 0);
        for (var y = -50; y < 110; y++)
        {
            for (var x = -50; x < 110; x++)
            {
                var (inA, inB) = (Holds(a, x, y), Holds(b, x, y));
                shared += inA && inB ? 1 : 0;
                covered += inA || inB ? 1 : 0;
            }
        }

        return Math.Abs(a.IntersectionOverUnion(b) - (float)shared / covered) < 1e-6f;
    });

    [Fact]
    public void Moving_both_boxes_changes_nothing() => Check((a, b) =>
        Math.Abs(Moved(a).IntersectionOverUnion(Moved(b)) - a.IntersectionOverUnion(b)) < 1e-6f
            && Moved(a).Contains(Moved(b)) == a.Contains(b));

    [Fact]
    public void A_box_that_contains_another_overlaps_it_by_the_share_of_areas() => Check((a, b) =>
        !a.Contains(b) || Math.Abs(a.IntersectionOverUnion(b) - b.Area / a.Area) < 1e-6f);

    [Fact]
    public void Boxes_that_contain_each_other_are_equal() => Check((a, b) => (a.Contains(b) && b.Contains(a)) == (a == b));

    [Fact]
    public void A_box_contains_itself_and_the_boxes_inside_it() => Check((a, b) =>
    {
        var hull = new BoundingBox(Math.Min(a.XMin, b.XMin), Math.Min(a.YMin, b.YMin), Math.Max(a.XMax, b.XMax), Math.Max(a.YMax, b.YMax));
        return a.Contains(a) && hull.Contains(a) && hull.Contains(b);
    });

    private static bool Holds(BoundingBox box, int x, int y) => x >= box.XMin && x < box.XMax && y >= box.YMin && y < box.YMax;

    private static BoundingBox Moved(BoundingBox box) => new(box.XMin + 7, box.YMin - 3, box.XMax + 7, box.YMax - 3);

    // Includes equal boxes, which random numbers would hardly produce.
    private static void Check(Func<BoundingBox, BoundingBox, bool> property)
    {
        var pairs = from a in Boxes from b in Gen.Frequency((1, Gen.Constant(a)), (4, Boxes)) select (a, b);
        Prop.ForAll(pairs.ToArbitrary(), pair => property(pair.a, pair.b))
            .Check(Config.QuickThrowOnFailure.WithReplay(17, 23).WithMaxTest(300));
    }
}
