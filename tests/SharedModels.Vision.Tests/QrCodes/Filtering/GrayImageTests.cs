using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes.Filtering;

public class GrayImageTests
{
    [Theory]
    [InlineData(255, 255, 255, 255)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(255, 0, 0, 76)]
    [InlineData(0, 255, 0, 150)]
    [InlineData(0, 0, 255, 29)]
    public void Brightness_is_the_luma_of_television(byte red, byte green, byte blue, byte expected) =>
        Assert.Equal([expected], GrayImage.From(new RgbImage(1, 1, [red, green, blue]), 1).Pixels);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void Image_that_is_reduced_on_reading_equals_one_that_is_reduced_later(int factor)
    {
        var image = Camera.ToRgb(Noise(31, 47));

        Assert.Equal(GrayImage.From(image, 1).Shrink(factor).Pixels, GrayImage.From(image, factor).Pixels);
    }

    [Fact]
    public void Image_that_is_reduced_is_not_kept_at_its_full_size()
    {
        var image = new RgbImage(3000, 3000, new byte[27_000_000]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        GrayImage.From(image, 5);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Shrinking_averages_squares_and_drops_the_rest()
    {
        var image = new GrayImage(5, 3, [0, 4, 10, 10, 9, 8, 12, 10, 11, 9, 1, 1, 1, 1, 1]);

        var small = image.Shrink(2);

        Assert.Equal((2, 1), (small.Width, small.Height));
        Assert.Equal([6, 10], small.Pixels);
    }

    [Fact]
    public void Image_smaller_than_the_factor_stays() => Assert.Equal(3, new GrayImage(3, 1, [1, 2, 3]).Shrink(2).Width);

    [Theory]
    [InlineData(0.5, 0.5, 0)]
    [InlineData(1.5, 0.5, 100)]
    [InlineData(1, 0.5, 50)]
    [InlineData(1, 1, 75)]
    [InlineData(-9, -9, 0)]
    [InlineData(99, 99, 200)]
    public void Sample_is_interpolated_between_the_middles_of_pixels(double x, double y, double expected) =>
        Assert.Equal(expected, new GrayImage(2, 2, [0, 100, 0, 200]).Sample(x, y), 9);

    internal static GrayImage Noise(int width, int height)
    {
        var pixels = new byte[width * height];
        new Random(width * 1000 + height).NextBytes(pixels);
        return new GrayImage(width, height, pixels);
    }
}
