using SharedModels.Vision.QrCodes.Geometry;

namespace SharedModels.Vision.Tests.QrCodes.Geometry;

public class GeometryTests
{
    private static readonly (double X, double Y)[] Square = [(0, 0), (1, 0), (1, 1), (0, 1)];

    [Fact]
    public void Homography_maps_four_points_to_their_targets_and_others_between_them()
    {
        (double X, double Y)[] seen = [(0.1, 0.2), (0.9, 0.1), (0.8, 0.7), (0.2, 0.9)];

        var map = Homography.Fit(Square, seen)!;
        var back = Homography.Fit(seen, Square)!;

        for (var i = 0; i < 4; i++)
            AssertNear(seen[i], map.Map(Square[i]));
        var random = new Random(2);
        for (var i = 0; i < 50; i++)
        {
            var point = (random.NextDouble(), random.NextDouble());
            AssertNear(point, back.Map(map.Map(point)));
        }
    }

    [Fact]
    public void There_is_no_homography_of_too_few_or_collinear_points()
    {
        Assert.Null(Homography.Fit(Square.AsSpan(0, 3), Square.AsSpan(0, 3)));
        Assert.Null(Homography.Fit([(0, 0), (1, 1), (2, 2), (3, 3)], Square));
    }

    [Fact]
    public void Line_through_points_passes_near_them()
    {
        var line = Line.Fit([(0, 1), (1, 3), (2, 5), (3, 7)]);

        Assert.Equal(0, line.Distance((10, 21)), 9);
        Assert.Equal(Math.Sqrt(5), line.Distance((0, 6)), 9);
    }

    [Fact]
    public void Upright_lines_are_fitted_too()
    {
        var line = Line.Fit([(4, 0), (4, 5), (4, 9)]);

        Assert.Equal(3, line.Distance((7, 100)), 9);
    }

    [Fact]
    public void Lines_intersect_in_one_point_or_not_at_all()
    {
        var falling = Line.Fit([(0, 4), (4, 0)]);
        var rising = Line.Fit([(0, 0), (1, 1)]);

        AssertNear((2, 2), falling.Meet(rising));
        Assert.False(double.IsFinite(falling.Meet(falling).X));
    }

    private static void AssertNear((double X, double Y) expected, (double X, double Y) actual)
    {
        Assert.Equal(expected.X, actual.X, 6);
        Assert.Equal(expected.Y, actual.Y, 6);
    }
}
