using SharedModels.Vision.Imaging;
using SharedModels.Vision.Imaging.Skia;

namespace SharedModels.Vision.Tests.Imaging.Skia;

public class SkiaCodecTests
{
    private readonly byte[] _file = ImageFixture.Of("png-rgba16.png").Bytes;

    [Fact]
    public void Image_with_another_size_than_checked_is_corrupt()
    {
        var exception = Assert.Throws<ImageFormatException>(() => new SkiaCodec(_file, ImageFormat.Png, 19, 12));

        Assert.Equal(ImageFormatErrorReason.Corrupt, exception.Reason);
        Assert.Contains("19 x 13", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_Skia_does_not_know_are_corrupt()
    {
        var exception = Assert.Throws<ImageFormatException>(() => new SkiaCodec(new byte[100], ImageFormat.WebP, 1, 1));

        Assert.Equal(ImageFormatErrorReason.Corrupt, exception.Reason);
        Assert.Contains("The WebP is damaged", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Insufficient_space_is_rejected_before_anything_is_written()
    {
        using var codec = new SkiaCodec(_file, ImageFormat.Png, 19, 13);

        Assert.Throws<ArgumentOutOfRangeException>(() => codec.ReadAll(19, 13, 1, 0, Transparency.Drop));
        Assert.Throws<ArgumentOutOfRangeException>(() => codec.ReadAll(19, 12, 0, 0, Transparency.Drop));
        Assert.Throws<ArgumentOutOfRangeException>(() => codec.ReadRows(new byte[19 * 4 - 1], 1));
        Assert.Equal(19 * 13 * 4, codec.ReadAll(19, 13, 0, 0, Transparency.Drop).Length);
    }
}
