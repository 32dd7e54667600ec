using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging;

public class SizeLimitTests
{
    private static readonly SizeLimit Limit = new(1_000_000, 2_000);

    [Theory]
    [InlineData(1_000, 1_000)]
    [InlineData(2_000, 500)]
    [InlineData(1, 2_000)]
    public void Image_up_to_the_limit_passes(long width, long height) => Assert.Null(Record.Exception(() => Limit.Check(width, height)));

    [Theory]
    [InlineData(1_001, 1_000, "1001 x 1000", "1 megapixels")]
    [InlineData(2_147_483_647, 2_147_483_647, "2147483647 x 2147483647", "MaxPixels")]
    [InlineData(2_001, 1, "2001 x 1", "maximum of a side is 2000")]
    [InlineData(1, 2_001, "1 x 2001", "MaxSide")]
    public void Larger_image_is_rejected_with_its_size_and_the_limit(long width, long height, string size, string limit)
    {
        var exception = Assert.Throws<ImageFormatException>(() => Limit.Check(width, height));

        Assert.Equal(ImageFormatErrorReason.TooLarge, exception.Reason);
        Assert.Contains(size, exception.Message, StringComparison.Ordinal);
        Assert.Contains(limit, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_limit_lets_everything_pass() => Assert.Null(Record.Exception(() => SizeLimit.None.Check(int.MaxValue, int.MaxValue)));
}
