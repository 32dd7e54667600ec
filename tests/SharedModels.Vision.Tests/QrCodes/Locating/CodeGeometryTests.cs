using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Geometry;
using SharedModels.Vision.QrCodes.Locating;
using SharedModels.Vision.Tests.QrCodes.Geometry;

namespace SharedModels.Vision.Tests.QrCodes.Locating;

/// <summary>Tests codes that consist only of finder and timing patterns, drawn as seen by a camera at a known position.</summary>
public class CodeGeometryTests
{
    private const double Side = 480;

    [Theory]
    [InlineData(21)]
    [InlineData(25)]
    [InlineData(33)]
    [InlineData(45)]
    [InlineData(57)]
    public void Size_and_corners_follow_from_three_finder_patterns(int modules)
    {
        var random = new Random(modules);
        for (var round = 0; round < 4; round++)
        {
            var seen = Corners(random, 0.12);

            var location = Locate(Draw(seen, modules, [(0, 0), (1, 0), (0, 1)]))[0];

            Assert.Equal(modules, location.Modules);
            var (a, b, c, d) = location.Corners;
            Assert.InRange(
                Polygons.IntersectionOverUnion([a, b, c, d], [.. seen.Select(point => (point.X * Side, point.Y * Side))]), 0.93, 1);
        }
    }

    [Fact]
    public void Code_rotated_by_any_angle_starts_at_its_own_corner()
    {
        for (var degrees = 0; degrees < 360; degrees += 40)
        {
            var seen = new (double X, double Y)[] { (-0.3, -0.3), (0.3, -0.3), (0.3, 0.3), (-0.3, 0.3) }.Select(corner =>
            {
                var (x, y) = Drawing.Turn(corner.X, corner.Y, degrees);
                return (X: x + 0.5, Y: y + 0.5);
            }).ToArray();

            var location = Locate(Draw(seen, 25, [(0, 0), (1, 0), (0, 1)]))[0];

            Assert.Equal(25, location.Modules);
            Assert.InRange(location.Corners.A.X - seen[0].X * Side, -4, 4);
            Assert.InRange(location.Corners.A.Y - seen[0].Y * Side, -4, 4);
        }
    }

    [Fact]
    public void Two_finder_patterns_are_not_a_code() =>
        Assert.Empty(Locate(Draw([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)], 25, [(0, 0), (1, 0)])));

    [Fact]
    public void Three_finder_patterns_in_a_row_are_not_a_code()
    {
        var image = Drawing.Draw(480, 120, (x, y) => Drawing.IsDarkInFinder((x % 160 - 80) / 6, (y - 60) / 6));
        var binary = BinaryImage.From(image, 40);
        var patterns = Located.Patterns(binary);

        Assert.Equal(3, patterns.Count);
        Assert.Empty(Located.In(binary, patterns));
    }

    [Fact]
    public void Three_finder_patterns_without_timing_patterns_are_not_a_code()
    {
        var image = Drawing.Draw(300, 300, (x, y) => new[] { (60, 60), (240, 60), (60, 240) }.Any(middle =>
            Drawing.IsDarkInFinder((x - middle.Item1) / 10, (y - middle.Item2) / 10)));

        Assert.Empty(Locate(image));
    }

    [Fact]
    public void Noisy_points_are_fitted_between()
    {
        var random = new Random(8);
        var seen = Corners(random, 0.1);
        var truth = Homography.Fit([(0, 0), (1, 0), (1, 1), (0, 1)], seen)!;
        var points = Enumerable.Range(0, 100).Select(_ => (X: random.NextDouble(), Y: random.NextDouble())).ToArray();
        var noisy = points.Select(truth.Map)
            .Select(point => (point.X + (random.NextDouble() - 0.5) * 0.01, point.Y + (random.NextDouble() - 0.5) * 0.01))
            .ToArray();

        var fitted = Homography.Fit(points, noisy)!;

        Assert.All(points, point =>
        {
            var ((x, y), (expectedX, expectedY)) = (fitted.Map(point), truth.Map(point));
            Assert.InRange(x - expectedX, -0.004, 0.004);
            Assert.InRange(y - expectedY, -0.004, 0.004);
        });
    }

    private static List<CodeLocation> Locate(GrayImage image)
    {
        var binary = BinaryImage.From(image, 30);
        return [.. Located.In(binary)];
    }

    // Shares of the image's side by which each corner is moved inwards at random.
    private static (double X, double Y)[] Corners(Random random, double share) =>
        [.. new (double X, double Y)[] { (0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95) }.Select(corner => (
            corner.X + Math.Sign(0.5 - corner.X) * share * random.NextDouble(),
            corner.Y + Math.Sign(0.5 - corner.Y) * share * random.NextDouble()))];

    private static GrayImage Draw((double X, double Y)[] seen, int modules, (int X, int Y)[] finders)
    {
        var back = Homography.Fit(seen, [(0, 0), (1, 0), (1, 1), (0, 1)])!;
        return Drawing.Draw((int)Side, (int)Side, (x, y) =>
        {
            var (u, v) = back.Map((x / Side, y / Side));
            (u, v) = (u * modules, v * modules);
            return IsDarkInTiming(u, v) || IsDarkInTiming(v, u) || finders.Any(finder =>
                Drawing.IsDarkInFinder(u - (finder.X * (modules - 7) + 3.5), v - (finder.Y * (modules - 7) + 3.5)));
        });

        bool IsDarkInTiming(double along, double across) =>
            along >= 8 && along < modules - 8 && across is >= 6 and < 7 && (int)along % 2 == 0;
    }
}
