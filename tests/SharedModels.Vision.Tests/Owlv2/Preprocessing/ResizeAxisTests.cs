using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;

namespace SharedModels.Vision.Tests.Preprocessing;

public sealed class ResizeAxisTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 96)]
    [InlineData(2, 96)]
    [InlineData(96, 96)]
    [InlineData(97, 96)]
    [InlineData(1203, 96)]
    [InlineData(37, 960)]
    public void Positions_are_inside_the_source(int source, int target)
    {
        var axis = new ResizeAxis(source, target);
        for (var j = 0; j < target; j++)
        {
            Assert.InRange(axis.Lower[j], 0, source - 1);
            Assert.InRange(axis.Upper[j], 0, source - 1);
            Assert.InRange(axis.Fraction[j], 0, 1);
        }
    }

    [Fact]
    public void The_same_size_moves_nothing()
    {
        var axis = new ResizeAxis(10, 10);
        Assert.Equal(Enumerable.Range(0, 10), axis.Lower);
        Assert.All(axis.Fraction, f => Assert.Equal(0, f));
    }

    [Fact]
    public void Half_the_size_is_between_pairs()
    {
        var axis = new ResizeAxis(8, 4);
        Assert.Equal([0, 2, 4, 6], axis.Lower);
        Assert.Equal([1, 3, 5, 7], axis.Upper);
        Assert.All(axis.Fraction, f => Assert.Equal(0.5, f));
    }

    [Fact]
    public void Twice_the_size_is_mirrored_at_the_edges()
    {
        var axis = new ResizeAxis(4, 8);
        Assert.Equal((0, 1, 0.25), (axis.Lower[0], axis.Upper[0], axis.Fraction[0]));
        Assert.Equal((2, 3, 0.75), (axis.Lower[7], axis.Upper[7], axis.Fraction[7]));
    }
}
