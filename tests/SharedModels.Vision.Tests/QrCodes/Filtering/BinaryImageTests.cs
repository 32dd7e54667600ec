using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes.Filtering;

public class BinaryImageTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(20, 9, 2)]
    [InlineData(9, 20, 3)]
    [InlineData(6, 6, 50)]
    [InlineData(64, 5, 2)]
    [InlineData(150, 11, 7)]
    public void Pixel_is_dark_if_it_is_darker_than_the_mean_around_it_and_light_in_the_negative(int width, int height, int radius)
    {
        var image = GrayImageTests.Noise(width, height);

        var (binary, inverted) = BinaryImage.Both(image, radius);

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var around =
                    from j in Enumerable.Range(0, height)
                    from i in Enumerable.Range(0, width)
                    where Math.Abs(i - x) <= radius && Math.Abs(j - y) <= radius
                    select (int)image.Pixels[j * width + i];
                var (pixel, mean) = (image.Pixels[y * width + x], around.Average());
                Assert.Equal(pixel < mean * 0.95, binary[x, y]);
                Assert.Equal(255 - pixel < (255 - mean) * 0.95, inverted[x, y]);
            }
        }
    }

    [Fact]
    public void Gradient_of_light_is_not_ink()
    {
        var pixels = Enumerable.Range(0, 200 * 50).Select(i => (byte)(50 + i % 200)).ToArray();

        var binary = BinaryImage.From(new GrayImage(200, 50, pixels), 8);

        // At the dark edge, the square contains only lighter pixels. Elsewhere, the slope averages out.
        for (var x = 10; x < 190; x++)
            Assert.False(binary[x, 25]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Edges_of_a_row_are_where_its_color_changes(int width)
    {
        var random = new Random(width);
        var image = new BinaryImage(width, 3);
        var edges = new int[width + 1];
        for (var round = 0; round < 50; round++)
        {
            // Long runs as well as single pixels, and rows that begin and end dark.
            var (isDark, changes) = (random.Next(2) == 0, round % 7 + 1);
            var expected = new List<int>();
            image.Row(1).Clear();
            for (var x = 0; x < width; x++)
            {
                isDark ^= random.Next(changes) == 0;
                if (isDark)
                    image.Row(1)[x / 64] |= 1UL << x % 64;
                if (isDark != (expected.Count % 2 != 0))
                    expected.Add(x);
            }

            if (isDark)
                expected.Add(width);
            Assert.Equal(expected, edges[..image.FindEdges(1, edges)]);
            Assert.Equal(0, image.FindEdges(0, edges));
        }
    }

    [Fact]
    public void Largest_square_of_the_brightest_pixels_does_not_overflow()
    {
        var pixels = new byte[150 * 150];
        pixels.AsSpan().Fill(byte.MaxValue);
        pixels[75 * 150 + 75] = 241;
        pixels[75 * 150 + 76] = 243;

        var (plain, inverted) = BinaryImage.Both(new GrayImage(150, 150, pixels), 64);

        Assert.Equal((true, false), (plain[75, 75], plain[76, 75]));
        Assert.Equal((true, false), (inverted[30, 75], inverted[10, 75]));
    }
}
