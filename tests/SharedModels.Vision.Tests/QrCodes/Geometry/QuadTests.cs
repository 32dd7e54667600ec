using SharedModels.Vision.QrCodes.Geometry;

namespace SharedModels.Vision.Tests.QrCodes.Geometry;

public class QuadTests
{
    private static readonly Quad Square = Box(10, 10, 20);

    [Theory]
    [InlineData(11, 11, true)]
    [InlineData(29, 20, true)]
    [InlineData(9, 20, false)]
    [InlineData(20, 31, false)]
    public void Contains_the_points_between_all_sides(double x, double y, bool expected)
    {
        Assert.Equal(expected, Square.Contains((x, y)));
        Assert.Equal(expected, Mirrored(Square).Contains((x, y)));
    }

    [Fact]
    public void Area_is_positive_clockwise_in_an_image()
    {
        Assert.Equal(400, Square.SignedArea);
        Assert.Equal(-400, Mirrored(Square).SignedArea);
    }

    [Fact]
    public void Arrowhead_and_bow_tie_are_not_convex()
    {
        Assert.True(Square.IsConvex);
        Assert.True(Mirrored(Square).IsConvex);
        Assert.False((Square with { C = (12, 12) }).IsConvex);
        Assert.False(new Quad(Square.A, Square.C, Square.B, Square.D).IsConvex);
    }

    [Fact]
    public void Quadrilaterals_belong_to_one_code_if_one_contains_the_middle_of_the_other()
    {
        Assert.True(Square.IsSameCode(Box(12, 9, 20)));
        Assert.True(Square.IsSameCode(Box(0, 0, 100)));
        Assert.True(Box(0, 0, 100).IsSameCode(Square));
        Assert.False(Square.IsSameCode(Box(31, 10, 20)));
    }

    [Fact]
    public void Middle_and_map()
    {
        Assert.Equal((20, 20), Square.Middle);
        Assert.Equal(Box(20, 20, 40), Square.Map(point => (point.X * 2, point.Y * 2)));
    }

    private static Quad Box(double x, double y, double side) => new((x, y), (x + side, y), (x + side, y + side), (x, y + side));

    private static Quad Mirrored(Quad quad) => new(quad.A, quad.D, quad.C, quad.B);
}
