namespace SharedModels.Vision.Tests;

public sealed class BoundingBoxTests
{
    [Fact]
    public void Sides_and_area_follow_from_the_edges()
    {
        var box = new BoundingBox(1, 2, 4, 8);
        Assert.Equal((3, 6, 18), (box.Width, box.Height, box.Area));
    }

    [Theory]
    [InlineData(0, 0, 2, 2, 1f)]
    [InlineData(1, 0, 3, 2, 1 / 3f)]
    [InlineData(0, 0, 1, 1, 0.25f)]
    [InlineData(2, 0, 4, 2, 0)]
    [InlineData(5, 5, 6, 6, 0)]
    public void Overlap_is_shared_by_covered_area(float x0, float y0, float x1, float y1, float expected) =>
        Assert.Equal(expected, new BoundingBox(0, 0, 2, 2).IntersectionOverUnion(new BoundingBox(x0, y0, x1, y1)), 1e-6f);

    [Theory]
    [InlineData(0, 0, 10, 10, true)]
    [InlineData(1, 1, 9, 9, true)]
    [InlineData(-0.1f, 1, 9, 9, false)]
    [InlineData(1, 1, 9, 10.1f, false)]
    [InlineData(20, 20, 30, 30, false)]
    public void A_box_contains_boxes_that_do_not_extend_beyond_it(float x0, float y0, float x1, float y1, bool expected) =>
        Assert.Equal(expected, new BoundingBox(0, 0, 10, 10).Contains(new BoundingBox(x0, y0, x1, y1)));
}
