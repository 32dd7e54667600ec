using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes.Filtering;

public class BinaryImageTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(20, 9, 2)]
    [InlineData(9, 20, 3)]
    [InlineData(6, 6, 50)]
    public void Pixel_is_dark_if_it_is_darker_than_the_mean_around_it(int width, int height, int radius)
    {
        var image = GrayImageTests.Noise(width, height);

        var binary = BinaryImage.From(image, radius);

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var around =
                    from j in Enumerable.Range(0, height)
                    from i in Enumerable.Range(0, width)
                    where Math.Abs(i - x) <= radius && Math.Abs(j - y) <= radius
                    select (int)image.Pixels[j * width + i];
                Assert.Equal(image.Pixels[y * width + x] < around.Average() * 0.95, binary[x, y]);
                Assert.Equal(binary[x, y], binary.Row(y)[x]);
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
}
