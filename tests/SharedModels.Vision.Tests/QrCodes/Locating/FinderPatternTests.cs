using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Locating;
using SharedModels.Vision.Tests.QrCodes.Geometry;

namespace SharedModels.Vision.Tests.QrCodes.Locating;

public class FinderPatternTests
{
    public static TheoryData<double, double> ModulesAndTurns()
    {
        var data = new TheoryData<double, double>();
        foreach (var module in new[] { 2.5, 3, 4.3, 8, 15 })
        {
            foreach (var turn in new double[] { 0, 10, 30, 45, 77 })
                data.Add(module, turn);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ModulesAndTurns))]
    public void Pattern_is_found_at_any_size_and_rotation_with_its_outline(double module, double turn)
    {
        var side = (int)(16 * module);
        var (middleX, middleY) = (side / 2 + 0.3, side / 2 - 0.4);
        var image = Drawing.Draw(side, side, (x, y) =>
        {
            var (turnedX, turnedY) = Drawing.Turn((x - middleX) / module, (y - middleY) / module, -turn);
            return Drawing.IsDarkInFinder(turnedX, turnedY);
        });
        var binary = BinaryImage.From(image, side / 3);

        var pattern = Assert.Single(Located.Patterns(binary));

        Assert.InRange(pattern.X - middleX, -0.7, 0.7);
        Assert.InRange(pattern.Y - middleY, -0.7, 0.7);
        // A rotated pattern is longer along the axes of the image, by a factor of up to the square root of 2.
        Assert.InRange(pattern.Module / module, 0.9, 1.5);
        Assert.NotNull(FinderOutline.Measure(binary, pattern));
        var outline = FinderOutline.Measure(binary, pattern)!.Corners;
        var truth = new[] { (-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5) }.Select(corner =>
        {
            var (x, y) = Drawing.Turn(corner.Item1 * module, corner.Item2 * module, turn);
            return (middleX + x, middleY + y);
        });
        Assert.InRange(Polygons.IntersectionOverUnion([outline.A, outline.B, outline.C, outline.D], [.. truth]), module < 3 ? 0.8 : 0.9, 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(1, 3)]
    public void Squares_in_other_proportions_are_not_patterns(double inner, double gap)
    {
        var image = Drawing.Draw(120, 120, (x, y) =>
        {
            var distance = Math.Max(Math.Abs(x - 60), Math.Abs(y - 60)) / 8;
            return distance <= inner / 2 || distance > inner / 2 + gap && distance <= inner / 2 + gap + 1;
        });

        Assert.Empty(Located.Patterns(BinaryImage.From(image, 40)));
    }

    [Fact]
    public void Stripes_are_not_a_pattern()
    {
        var image = Drawing.Draw(120, 60, (x, _) => Drawing.IsDarkInFinder((x - 60) / 6, 0));

        Assert.Empty(Located.Patterns(BinaryImage.From(image, 40)));
    }

    [Fact]
    public void Broken_ring_has_no_outline()
    {
        var image = Drawing.Draw(120, 120, (x, y) => x < 75 && Drawing.IsDarkInFinder((x - 60) / 6, (y - 60) / 6));
        var binary = BinaryImage.From(image, 40);

        Assert.Null(FinderOutline.Measure(binary, new FinderPattern(60, 60, 6, 5)));
    }

    [Fact]
    public void Empty_image_has_neither()
    {
        var binary = BinaryImage.From(Drawing.Draw(40, 40, (_, _) => false), 8);

        Assert.Empty(Located.Patterns(binary));
        Assert.Null(FinderOutline.Measure(binary, new FinderPattern(20, 20, 3, 5)));
    }

    [Fact]
    public void Sightings_of_one_pattern_are_merged_by_their_number()
    {
        var first = new FinderPattern(10, 20, 4, 3);
        var second = new FinderPattern(14, 20, 4.4, 1);

        Assert.True(first.IsSameAs(second));
        Assert.Equal(new FinderPattern(11, 20, 4.1, 4), first.Merge(second));
        Assert.False(first.IsSameAs(second with { X = 17 }));
        Assert.False(first.IsSameAs(second with { Y = 27 }));
        Assert.False(first.IsSameAs(second with { Module = 8 }));
    }
}
