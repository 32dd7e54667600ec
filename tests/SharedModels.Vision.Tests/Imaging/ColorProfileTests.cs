using SharedModels.Vision.Imaging;
using SkiaSharp;

namespace SharedModels.Vision.Tests.Imaging;

/// <summary>Tests that color profiles are ignored and that the samples are the stored ones.</summary>
public sealed class ColorProfileTests
{
    private readonly ImageDecoder _decoder = new();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, "iCCP")]
    [InlineData(SKEncodedImageFormat.Jpeg, "ICC_PROFILE")]
    [InlineData(SKEncodedImageFormat.Webp, "ICCP")]
    public void Profile_of_a_wide_gamut_changes_nothing(SKEncodedImageFormat format, string sign)
    {
        var plain = Encode(format, null);
        var profiled = Encode(format, SKColorSpace.CreateRgb(SKColorSpaceTransferFn.TwoDotTwo, SKColorSpaceXyz.AdobeRgb));

        Assert.True(profiled.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(sign)) > 0);
        Assert.Equal(_decoder.Decode(plain).Pixels.ToArray(), _decoder.Decode(profiled).Pixels.ToArray());
    }

    private static byte[] Encode(SKEncodedImageFormat format, SKColorSpace? colorSpace)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(32, 24, SKColorType.Rgba8888, SKAlphaType.Opaque, colorSpace));
        // The bytes are the same regardless of their meaning in the color space.
        var samples = bitmap.GetPixelSpan();
        for (var i = 0; i < samples.Length; i++)
            samples[i] = i % 4 == 3 ? (byte)255 : (byte)(i * 7 % 256);
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }
}
