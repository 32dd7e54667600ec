using SharedModels.Vision.QrCodes.Decoding;
using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Geometry;
using SharedModels.Vision.QrCodes.Locating;

namespace SharedModels.Vision.Tests.QrCodes.Locating;

/// <summary>Tests the steps from finder patterns to a text.</summary>
public class CodePartsTests
{
    [Fact]
    public void Patterns_are_merged_until_they_are_too_far_above()
    {
        var patterns = new FinderPatternSet(1000);

        patterns.Add(new FinderPattern(100, 50, 4, 1), 48);
        patterns.Add(new FinderPattern(101, 50, 4, 1), 49);
        patterns.Add(new FinderPattern(300, 50, 4, 1), 49);
        patterns.Add(new FinderPattern(100, 90, 4, 1), 88);
        patterns.Add(new FinderPattern(100, 91, 4, 1), 89);

        Assert.Equal([(100.5, 50, 2), (300, 50, 1), (100, 90.5, 2)], patterns.All.Select(pattern => (pattern.X, pattern.Y, pattern.Hits)));
    }

    [Fact]
    public void Alignment_pattern_corrects_a_location_that_is_off()
    {
        const int Pixels = 6;
        var image = DrawnCode.Enlarge(DrawnCode.OfText("alignment", 5), Pixels);
        var (near, far) = (4 * Pixels, (4 + 37) * Pixels);
        var seven = 7 * Pixels;
        // The fourth corner of the map is off by two modules, which cannot be derived from three correct finder patterns.
        (double, double)[] seen = [(near, near), (near + seven, near), (far - seven, near), (far, near), (near, far)];
        var exact = new CodeLocation(37, null!, (0, 0), far, [], 0);
        (double X, double Y)[] code = [(0, 0), (7, 0), (30, 0), (37, 0), (0, 37)];
        var anchors = code.Zip(seen, exact.Anchor).ToList();
        var corners = anchors.Append(exact.Anchor((37, 37), (far + 2 * Pixels, far - 2 * Pixels))).ToList();
        var location = (exact with { Anchors = anchors }).Refit(corners, isAffine: false)!;

        var refined = AlignmentPatterns.Refine(location, image, isInverted: false, isAffine: false);
        var inverted = AlignmentPatterns.Refine(location, image.Invert(), isInverted: true, isAffine: false);

        Assert.All([refined, inverted], corrected =>
        {
            Assert.InRange(corrected.Corners.C.X - far, -2, 2);
            Assert.InRange(corrected.Corners.C.Y - far, -2, 2);
        });
    }

    [Fact]
    public void Timing_patterns_have_no_errors_in_a_code_and_many_next_to_it()
    {
        var image = DrawnCode.Enlarge(DrawnCode.OfText("timing", 7), 4);
        var binary = BinaryImage.From(image, 20);
        var location = Located.In(binary).First();

        Assert.Equal(0, TimingPattern.Errors(binary, location));
        Assert.InRange(TimingPattern.Errors(binary, location with { Origin = (location.Origin.X + 8, location.Origin.Y + 8) }), 0.2, 0.8);
    }

    [Theory]
    [InlineData(0.65, 0.03)]
    [InlineData(0.75, 0.05)]
    public void Deblurring_restores_almost_all_modules(double deviation, double share)
    {
        const int Side = 29;
        var random = new Random(1);
        var modules = Enumerable.Range(0, Side * Side).Select(_ => random.Next(2) == 0).ToArray();
        var blurred = new GrayImage(Side, Side, new byte[Side * Side]);
        for (var i = 0; i < modules.Length; i++)
        {
            var (dark, sum) = (0.0, 0.0);
            for (var k = 0; k < 49; k++)
            {
                var (x, y) = (k % 7 - 3, k / 7 - 3);
                var (column, row) = (i % Side + x, i / Side + y);
                var weight = Math.Exp(-(x * x + y * y) / (2 * deviation * deviation));
                sum += weight;
                if ((uint)column < Side && (uint)row < Side && modules[row * Side + column])
                    dark += weight;
            }

            blurred.Pixels[i] = (byte)(200 - 150 * dark / sum);
        }

        var result = Deblurring.Apply(blurred, deviation);

        Assert.InRange(Wrong(result), 0, share * modules.Length);
        Assert.True(Wrong(result) < Wrong(GrayFilters.Otsu(blurred)));

        int Wrong(GrayImage image) => Enumerable.Range(0, modules.Length).Count(i => modules[i] != (image.Pixels[i] == 0));
    }

    [Fact]
    public void Affine_map_has_no_perspective()
    {
        (double X, double Y)[] square = [(0, 0), (1, 0), (1, 1), (0, 1)];

        var map = Homography.FitAffine(square, [(0, 0), (2, 0), (2.4, 2), (0, 2)])!;

        var (x, y) = map.Map((0.5, 0.5));
        Assert.Equal(1.1, x, 9);
        Assert.Equal(1, y, 9);
        var ((left, _), (right, _), (farther, _)) = (map.Map((0, 0.3)), map.Map((1, 0.3)), map.Map((2, 0.3)));
        Assert.Equal(right - left, farther - right, 9);
        Assert.Null(Homography.FitAffine([(0, 0), (1, 1), (2, 2)], [(0, 0), (1, 1), (2, 2)]));
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1.9, 0.2, 2)]
    [InlineData(-7, 9, 3)]
    [InlineData(99, 99, 4)]
    public void Nearest_pixel_of_a_point_is_in_the_image(double x, double y, byte expected) =>
        Assert.Equal(expected, new GrayImage(2, 2, [1, 2, 3, 4]).Nearest(x, y));
}
