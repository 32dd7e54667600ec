using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging;

public class RgbImageTests
{
    [Fact]
    public void Rows_are_slices_of_the_samples()
    {
        var pixels = Enumerable.Range(0, 18).Select(i => (byte)i).ToArray();

        var image = new RgbImage(2, 3, pixels);

        Assert.Equal((2, 3), (image.Width, image.Height));
        Assert.Equal(pixels, image.Pixels.ToArray());
        Assert.Equal([6, 7, 8, 9, 10, 11], image.Row(1).ToArray());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-3, -3)]
    public void Side_less_than_one_is_rejected(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(width, height, []));

    [Theory]
    [InlineData(2, 3, 17)]
    [InlineData(2, 3, 19)]
    [InlineData(65536, 65536, 0)]
    public void Samples_of_another_number_are_rejected(int width, int height, int length)
    {
        var exception = Assert.Throws<ArgumentException>(() => new RgbImage(width, height, new byte[length]));

        Assert.Contains($"{(long)width * height * 3} bytes", exception.Message, StringComparison.Ordinal);
    }
}
