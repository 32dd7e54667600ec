using SharedModels.Vision.Imaging;
using SharedModels.Vision.Tests.Imaging.Png;
using SharedModels.Vision.Tests.QrCodes;

namespace SharedModels.Vision.Tests.Imaging;

/// <summary>Tests that the formats agree with each other and with the sources of the files.</summary>
public class ImageAgreementTests
{
    private readonly ImageDecoder _decoder = new();

    [Theory]
    [InlineData("jpeg-baseline-420.jpg", 8)]
    [InlineData("jpeg-progressive.jpg", 8)]
    [InlineData("jpeg-cmyk.jpg", 16)]
    [InlineData("exif-orientation-3.jpg", 8)]
    [InlineData("exif-orientation-6.jpg", 8)]
    [InlineData("exif-orientation-8.jpg", 8)]
    [InlineData("webp-lossy.webp", 14)]
    [InlineData("webp-animated.webp", 2)]
    public void One_image_looks_alike_in_every_format(string file, int tolerance)
    {
        var reference = _decoder.Decode(ImageFixture.Of("webp-lossless-alpha.webp").Bytes);

        var image = _decoder.Decode(ImageFixture.Of(file).Bytes);

        Assert.Equal((reference.Width, reference.Height), (image.Width, image.Height));
        // The image consists of four color fields. Lossy formats blur the boundaries between them.
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                if (Math.Abs(x - 31.5) < 10 || Math.Abs(y - 23.5) < 10)
                    continue;
                for (var channel = 0; channel < 3; channel++)
                    Assert.InRange(image.Row(y)[x * 3 + channel] - reference.Row(y)[x * 3 + channel], -tolerance, tolerance);
            }
        }
    }

    [Fact]
    public void Every_fixture_has_the_size_of_its_manifest()
    {
        Assert.All(QrFixture.All, fixture =>
        {
            var file = File.ReadAllBytes(TestFiles.Fixture("qr", fixture.File));
            var format =
                Path.GetExtension(fixture.File) switch { ".jpg" => ImageFormat.Jpeg, ".png" => ImageFormat.Png, _ => ImageFormat.WebP };

            Assert.Equal(new ImageInfo(format, fixture.Width, fixture.Height), _decoder.Identify(file));
            var image = _decoder.Decode(file);
            Assert.Equal((fixture.Width, fixture.Height), (image.Width, image.Height));
        });
    }

    [Fact]
    public void Decoded_image_written_as_png_decodes_to_itself()
    {
        var image = QrFixture.Of("colour-02.jpg").Decode();

        var again = _decoder.Decode(PngWriter.WriteRgb(image.Width, image.Height, image.Pixels.ToArray()));

        Assert.Equal(image.Pixels.ToArray(), again.Pixels.ToArray());
    }

    [Theory]
    [InlineData("jpeg-baseline-420.jpg")]
    [InlineData("png-rgba8-interlaced.png")]
    [InlineData("webp-lossy.webp")]
    public void File_within_a_larger_buffer_is_decoded(string name)
    {
        var file = ImageFixture.Of(name).Bytes;
        byte[] buffer = [1, 2, 3, .. file, 4, 5];

        Assert.Equal(_decoder.Decode(file).Pixels.ToArray(), _decoder.Decode(buffer.AsMemory(3, file.Length)).Pixels.ToArray());
    }
}
