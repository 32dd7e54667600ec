using SharedModels.Vision.QrCodes.Decoding;
using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Locating;
using SharedModels.Vision.Tests.QrCodes.Geometry;

namespace SharedModels.Vision.Tests.QrCodes.Locating;

public class CodeLocatorTests
{
    [Theory]
    [InlineData("clean-01.jpg", 21)]
    [InlineData("clean-03.png", 33)]
    [InlineData("clean-05.png", 57)]
    [InlineData("rotation-01.png", 0)]
    [InlineData("perspective-01.png", 0)]
    public void Code_is_found_with_its_size_and_corners(string file, int modules)
    {
        var fixture = QrFixture.Of(file);
        var binary = BinaryImage.From(GrayImage.From(fixture.Decode(), 1), 16);

        var patterns = Located.Patterns(binary);
        var best = Located.In(binary, patterns).First();

        Assert.InRange(patterns.Count, 3, 12);
        if (modules > 0)
            Assert.Equal(modules, best.Modules);
        var (a, b, c, d) = best.Corners;
        Assert.InRange(
            Polygons.IntersectionOverUnion([a, b, c, d], [.. fixture.Codes[0].Corners!.Select(corner => (corner[0], corner[1]))]), 0.9, 1);
    }

    [Fact]
    public void Modules_of_a_rotated_code_are_read_upright()
    {
        var fixture = QrFixture.Of("rotation-02.jpg");
        var image = GrayImage.From(fixture.Decode(), 1);
        var binary = BinaryImage.From(image, 16);
        var location = Located.In(binary).First();
        var refined = AlignmentPatterns.Refine(location, image, isInverted: false, isAffine: false);

        var modules = GrayFilters.Otsu(ModuleGrid.Sample(refined, image, isInverted: false));

        Assert.Equal(location.Modules, modules.Width);
        for (var i = 0; i < 49; i++)
        {
            var expected = Drawing.IsDarkInFinder(i % 7 - 3, i / 7 - 3) ? 0 : 255;
            Assert.Equal(expected, modules.Pixels[i / 7 * modules.Width + i % 7]);
        }

        Assert.Equal(fixture.Texts[0], CodeDecoder.Read(modules, out var isMirrored)?.Text);
        Assert.False(isMirrored);
    }

    [Fact]
    public void Point_of_the_code_is_mapped_to_the_image_and_back()
    {
        var fixture = QrFixture.Of("clean-01.jpg");
        var binary = BinaryImage.From(GrayImage.From(fixture.Decode(), 1), 16);
        var location = Located.In(binary).First();

        var (x, y) = location.ToImage((0, 0));
        var anchor = location.Anchor((5, 7), location.ToImage((5, 7)));

        Assert.InRange(x - fixture.Codes[0].Corners![0][0], -1.5, 1.5);
        Assert.InRange(y - fixture.Codes[0].Corners![0][1], -1.5, 1.5);
        var (mappedX, mappedY) = location.Plane.Map(anchor.Code);
        Assert.Equal(mappedX, anchor.Seen.X, 9);
        Assert.Equal(mappedY, anchor.Seen.Y, 9);
    }

    [Fact]
    public void Code_whose_patterns_were_read_is_not_found_again()
    {
        var binary = BinaryImage.From(GrayImage.From(QrFixture.Of("multi-01.png").Decode(), 1), 16);
        var patterns = Located.Patterns(binary);
        var read = new List<CodeLocation>();

        foreach (var location in CodeLocator.Locate(binary, CodeLocator.Triples(binary, patterns, out _), IsRead))
            read.Add(location);

        Assert.Equal(QrFixture.Of("multi-01.png").Codes.Length, read.Count);

        bool IsRead(FinderPattern pattern) => read.Exists(code => code.Corners.Contains(pattern.Middle));
    }

    [Fact]
    public void Plain_paper_is_light_and_ink_is_dark()
    {
        var pixels = Enumerable.Repeat((byte)200, 400).ToArray();
        pixels[210] = 100;

        var binary = BinaryImage.From(new GrayImage(20, 20, pixels), 4);

        for (var i = 0; i < 400; i++)
            Assert.Equal(i == 210, binary[i % 20, i / 20]);
        Assert.False(binary[-1, 0]);
        Assert.False(binary[0, 20]);
    }

    [Fact]
    public void Finder_patterns_number_is_bounded()
    {
        var tile = new GrayImage(1440, 540, new byte[1440 * 540]);
        for (var i = 0; i < tile.Pixels.Length; i++)
        {
            var ring = Math.Max(Math.Abs(i % 36 / 4 - 4), Math.Abs(i / 1440 % 36 / 4 - 4));
            tile.Pixels[i] = ring is 2 or 4 ? byte.MaxValue : (byte)0;
        }

        var patterns = Located.Patterns(BinaryImage.From(tile, 22));

        Assert.Equal(FinderPatternDetector.MaxPatterns, patterns.Count);
        Assert.All(patterns, pattern => Assert.InRange(pattern.Module, 3.5, 4.5));
    }
}
