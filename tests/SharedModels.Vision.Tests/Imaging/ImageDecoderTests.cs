using System.Text;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.Tests.Imaging.Png;

namespace SharedModels.Vision.Tests.Imaging;

public class ImageDecoderTests
{
    [Fact]
    public void Image_at_the_limit_is_decoded_and_one_pixel_more_is_rejected_with_numbers()
    {
        var decoder = new ImageDecoder(new ImageDecoderOptions { MaxPixels = 12 });

        Assert.Equal(4, decoder.Decode(PngWriter.WriteRgb(4, 3, new byte[36])).Width);
        var exception = Assert.Throws<ImageFormatException>(() => decoder.Decode(PngWriter.WriteRgb(13, 1, new byte[39])));
        Assert.Equal(ImageFormatErrorReason.TooLarge, exception.Reason);
        Assert.Contains("13 x 1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MaxPixels", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_limit_is_fifty_megapixels()
    {
        var exception = Assert.Throws<ImageFormatException>(
            () => new ImageDecoder().Decode(new PngWriter().Header(10_000, 5_001, 1, 0).End()));

        Assert.Equal(ImageFormatErrorReason.TooLarge, exception.Reason);
        Assert.Contains("maximum is 50 megapixels", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_side_is_rejected_regardless_of_the_area()
    {
        var exception = Assert.Throws<ImageFormatException>(() => new ImageDecoder().Decode(new PngWriter().Header(65_536, 1, 1, 0).End()));

        Assert.Equal(ImageFormatErrorReason.TooLarge, exception.Reason);
        Assert.Contains("65536 x 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_copied()
    {
        var options = new ImageDecoderOptions { MaxPixels = 10 };
        var decoder = new ImageDecoder(options);
        options.MaxPixels = 1;

        Assert.Equal(10, decoder.Decode(PngWriter.WriteRgb(10, 1, new byte[30])).Width);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(536_870_898, 1)]
    [InlineData(1, 0)]
    public void Limits_out_of_range_are_rejected(long maxPixels, int maxSide)
    {
        var exception = Assert.Throws<ArgumentException>(
            () => new ImageDecoder(new ImageDecoderOptions { MaxPixels = maxPixels, MaxSide = maxSide }));

        Assert.Contains($"now {maxPixels}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Identify_returns_the_upright_size_without_a_limit()
    {
        var decoder = new ImageDecoder(new ImageDecoderOptions { MaxPixels = 1 });

        Assert.Equal(new ImageInfo(ImageFormat.Jpeg, 64, 48), decoder.Identify(ImageFixture.Of("exif-orientation-6.jpg").Bytes));
        Assert.Equal(new ImageInfo(ImageFormat.Png, 19, 13), decoder.Identify(ImageFixture.Of("png-rgba16.png").Bytes));
        Assert.Equal(new ImageInfo(ImageFormat.WebP, 64, 48), decoder.Identify(ImageFixture.Of("webp-animated.webp").Bytes));
        Assert.Equal(new ImageInfo(ImageFormat.WebP, 16384, 16384), decoder.Identify(ImageFixture.Of("bomb-webp-16384.webp").Bytes));
    }

    [Fact]
    public void Identify_of_the_largest_size_that_a_header_can_name_does_not_overflow()
    {
        var file = new PngWriter().Header(int.MaxValue, int.MaxValue, 16, 6, interlace: 1).Data(new byte[10]).End();

        Assert.Equal(ImageFormatErrorReason.Corrupt, Assert.Throws<ImageFormatException>(() => new ImageDecoder().Identify(file)).Reason);
    }

    [Theory]
    [InlineData("GIF89a.........", "a GIF")]
    [InlineData("BM.............", "a BMP")]
    [InlineData("II*\0...........", "a TIFF")]
    [InlineData("MM\0*...........", "a TIFF")]
    [InlineData("\0\0\0\u001cftypheic....", "'heic'")]
    [InlineData("  \n<svg xmlns=''", "text")]
    [InlineData("hello, world...", "unknown format")]
    public void Message_names_the_apparent_file_type(string content, string expected)
    {
        var exception = Assert.Throws<ImageFormatException>(() => new ImageDecoder().Decode(Encoding.Latin1.GetBytes(content)));

        Assert.Equal(ImageFormatErrorReason.Unsupported, exception.Reason);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void File_too_short_for_any_signature_is_truncated(int length) =>
        Assert.Equal(
            ImageFormatErrorReason.Truncated,
            Assert.Throws<ImageFormatException>(() => new ImageDecoder().Decode(new byte[length])).Reason);

    [Fact]
    public void Decoding_allocates_at_most_four_bytes_per_pixel_and_little_more()
    {
        var file = PngWriter.Write(2000, 1000, 0, 8, false, (x, y, _) => x ^ y, y => y % 5);
        var decoder = new ImageDecoder();
        decoder.Decode(file);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var image = decoder.Decode(file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before - image.Width * image.Height * 4, 0, 200_000);
    }

    [Fact]
    public async Task Many_threads_can_use_one_decoder()
    {
        var decoder = new ImageDecoder();
        var files = ImageFixture.Names
            .Select(ImageFixture.Of)
            .Where(fixture => fixture.Expect == "ok")
            .Select(fixture => fixture.Bytes)
            .ToArray();
        var expected = files.Select(file => decoder.Decode(file).Pixels.ToArray()).ToArray();

        var results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => files.Select(file => decoder.Decode(file)).ToArray())));

        Assert.All(results, result => Assert.All(result.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Pixels.ToArray())));
    }
}
