using SharedModels.Vision.QrCodes;

namespace SharedModels.Vision.Tests.QrCodes;

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
        var binary = BinaryImage.From(GreyImage.From(fixture.Decode(), 1), 16);

        var patterns = FinderPatternDetector.Find(binary);
        var best = CodeLocator.Locate(binary, patterns)[0];

        Assert.InRange(patterns.Count, 3, 12);
        if (modules > 0)
            Assert.Equal(modules, best.Modules);
        var (a, b, c, d) = best.Corners;
        Assert.InRange(
            Polygons.IntersectionOverUnion([a, b, c, d], [.. fixture.Codes[0].Corners!.Select(corner => (corner[0], corner[1]))]), 0.9, 1);
    }

    [Fact]
    public void Straightened_code_stands_upright_within_its_quiet_zone()
    {
        var fixture = QrFixture.Of("rotation-02.jpg");
        var image = GreyImage.From(fixture.Decode(), 1);
        var binary = BinaryImage.From(image, 16);
        var location = CodeLocator.Locate(binary, FinderPatternDetector.Find(binary))[0];

        var symbol = Assert.Single(ZbarScanner.Scan(location.Straighten(image, 6)));

        Assert.Equal(fixture.Texts[0], symbol.Text);
        var (near, far) = (CodeLocation.QuietZone * 6, (CodeLocation.QuietZone + location.Modules) * 6);
        Assert.InRange(Polygons.IntersectionOverUnion(
            [symbol.Corners.A, symbol.Corners.B, symbol.Corners.C, symbol.Corners.D],
            [(near, near), (far, near), (far, far), (near, far)]), 0.95, 1);
    }

    [Fact]
    public void Point_of_the_straightened_code_leads_back_to_the_picture()
    {
        var fixture = QrFixture.Of("clean-01.jpg");
        var binary = BinaryImage.From(GreyImage.From(fixture.Decode(), 1), 16);
        var location = CodeLocator.Locate(binary, FinderPatternDetector.Find(binary))[0];

        var (x, y) = location.FromStraight((CodeLocation.QuietZone * 6, CodeLocation.QuietZone * 6), 6);

        Assert.InRange(x - fixture.Codes[0].Corners![0][0], -1.5, 1.5);
        Assert.InRange(y - fixture.Codes[0].Corners![0][1], -1.5, 1.5);
    }

    [Fact]
    public void Plain_paper_is_light_and_ink_is_dark()
    {
        var pixels = Enumerable.Repeat((byte)200, 400).ToArray();
        pixels[210] = 100;

        var binary = BinaryImage.From(new GreyImage(20, 20, pixels), 4);

        for (var i = 0; i < 400; i++)
            Assert.Equal(i == 210, binary[i % 20, i / 20]);
        Assert.False(binary[-1, 0]);
        Assert.False(binary[0, 20]);
    }

    [Fact]
    public void Finder_patterns_number_is_bounded()
    {
        var tile = new GreyImage(720, 360, new byte[720 * 360]);
        for (var i = 0; i < tile.Pixels.Length; i++)
        {
            var ring = Math.Max(Math.Abs(i % 36 / 4 - 4), Math.Abs(i / 720 % 36 / 4 - 4));
            tile.Pixels[i] = ring is 2 or 4 ? byte.MaxValue : (byte)0;
        }

        var patterns = FinderPatternDetector.Find(BinaryImage.From(tile, 22));

        Assert.Equal(FinderPatternDetector.MaxPatterns, patterns.Count);
        Assert.All(patterns, pattern => Assert.InRange(pattern.Module, 3.5, 4.5));
    }
}
