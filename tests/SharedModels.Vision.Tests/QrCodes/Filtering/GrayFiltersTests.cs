using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes.Filtering;

public class GrayFiltersTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(7, 1)]
    [InlineData(16, 16)]
    [InlineData(33, 9)]
    [InlineData(100, 31)]
    public void Median_is_the_fifth_of_nine(int width, int height)
    {
        var image = GrayImageTests.Noise(width, height);

        var result = GrayFilters.Median(image);

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var around = from j in Enumerable.Range(y - 1, 3) from i in Enumerable.Range(x - 1, 3) select At(image, i, j);
                Assert.Equal(around.Order().ElementAt(4), result.Pixels[y * width + x]);
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(9, 4, 1)]
    [InlineData(30, 20, 2)]
    [InlineData(5, 5, 8)]
    public void Box_blur_is_the_mean_along_rows_and_then_columns(int width, int height, int radius)
    {
        var image = GrayImageTests.Noise(width, height);

        var result = GrayFilters.BoxBlur(image, radius);

        Assert.Equal((width, height), (result.Width, result.Height));
        var size = 2 * radius + 1;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var sum = Enumerable.Range(y - radius, size).Sum(j => Enumerable.Range(x - radius, size).Sum(i => (int)At(image, i, j)));
                Assert.InRange(result.Pixels[y * width + x] - (double)sum / (size * size), -1.01, 1.01);
            }
        }
    }

    [Fact]
    public void Otsu_separates_two_groups()
    {
        var image = new GrayImage(6, 1, [10, 12, 14, 90, 95, 99]);

        Assert.InRange(GrayFilters.OtsuThreshold(image.Pixels), 14, 89);
        Assert.Equal([0, 0, 0, 255, 255, 255], GrayFilters.Otsu(image).Pixels);
    }

    [Fact]
    public void Otsu_of_one_brightness_is_uniform() => Assert.Single(GrayFilters.Otsu(new GrayImage(3, 1, [7, 7, 7])).Pixels.Distinct());

    [Fact]
    public void Unsharp_leaves_planes_and_steepens_edges()
    {
        var plane = new GrayImage(5, 5, [.. Enumerable.Repeat((byte)80, 25)]);
        var edge = new GrayImage(12, 1, [100, 100, 100, 100, 100, 100, 150, 150, 150, 150, 150, 150]);

        var steep = GrayFilters.Unsharp(edge, 1, 1.5).Pixels;

        Assert.Equal(plane.Pixels, GrayFilters.Unsharp(plane, 2, 1.5).Pixels);
        Assert.Equal((100, 150), (steep[0], steep[11]));
        Assert.True(steep[5] < 90 && steep[6] > 160);
    }

    private static byte At(GrayImage image, int x, int y) =>
        image.Pixels[Math.Clamp(y, 0, image.Height - 1) * image.Width + Math.Clamp(x, 0, image.Width - 1)];
}
