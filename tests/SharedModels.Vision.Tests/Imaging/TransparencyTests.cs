using SharedModels.Vision.Imaging;
using SharedModels.Vision.Tests.Imaging.Png;
using SkiaSharp;

namespace SharedModels.Vision.Tests.Imaging;

/// <summary>Tests images with transparent parts.</summary>
public sealed class TransparencyTests
{
    private static readonly ImageDecoder Decoder = new();

    public static TheoryData<string> Formats => ["png", "webp", "webp-lossy"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Dark_drawing_gets_a_white_background(string format) => Check(format, new SKColor(10, 10, 10), 255);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Light_drawing_gets_a_black_background(string format) => Check(format, new SKColor(240, 240, 240), 0);

    [Fact]
    public void Half_transparent_pixel_is_blended()
    {
        var file = PngWriter.Write(1, 1, 6, 8, interlaced: false, (_, _, channel) => channel == 3 ? 128 : 100, _ => 0);

        Assert.Equal([100, 100, 100], Decoder.Decode(file).Pixels.ToArray());
        Assert.Equal([177, 177, 177], Decoder.Decode(file, Transparency.ContrastingBackground).Pixels.ToArray());
    }

    [Fact]
    public void Image_without_transparency_is_the_same()
    {
        var file = PngWriter.Write(9, 5, 2, 8, interlaced: false, (x, y, c) => x * 20 + y * 9 + c, _ => 0);

        Assert.Equal(Decoder.Decode(file).Pixels, Decoder.Decode(file, Transparency.ContrastingBackground).Pixels);
    }

    [Fact]
    public void Fully_transparent_image_is_white()
    {
        var file = PngWriter.Write(2, 2, 6, 8, interlaced: false, (_, _, _) => 0, _ => 0);

        Assert.All(Decoder.Decode(file, Transparency.ContrastingBackground).Pixels.ToArray(), value => Assert.Equal(255, value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Code_on_a_transparent_background_is_read(byte ink)
    {
        var code = QrCodes.DrawnCode.Enlarge(QrCodes.DrawnCode.OfText("https://example.org/hello"), 5);
        var file = PngWriter.Write(
            code.Width, code.Height, 6, 8, interlaced: false,
            (x, y, c) => code.Pixels[y * code.Width + x] == 0 ? (c == 3 ? 255 : ink) : c == 3 ? 0 : ink, _ => 0);

        Assert.Empty(new QrReader().Detect(Decoder.Decode(file)));
        var found = new QrReader().Detect(Decoder.Decode(file, Transparency.ContrastingBackground));
        Assert.Equal("https://example.org/hello", Assert.Single(found).Text);
    }

    private static void Check(string format, SKColor ink, int background)
    {
        using var bitmap = new SKBitmap(64, 64, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(SKColors.Transparent);
        for (var y = 16; y < 48; y++)
        {
            for (var x = 16; x < 48; x++)
                bitmap.SetPixel(x, y, ink);
        }

        using var data = format switch
        {
            "png" => bitmap.Encode(SKEncodedImageFormat.Png, 100),
            "webp" => bitmap.Encode(SKEncodedImageFormat.Webp, 100),
            _ => bitmap.Encode(SKEncodedImageFormat.Webp, 80),
        };

        var image = Decoder.Decode(data.ToArray(), Transparency.ContrastingBackground);

        Assert.InRange(image.Row(4)[4 * 3], background - 3, background + 3);
        Assert.InRange(image.Row(32)[32 * 3], ink.Red - 6, ink.Red + 6);
    }
}
