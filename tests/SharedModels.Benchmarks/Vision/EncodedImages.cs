using SkiaSharp;

namespace SharedModels.Benchmarks.Vision;

/// <summary>Encodes the images whose decoding is measured.</summary>
internal static class EncodedImages
{
    public static byte[] Encode(SKEncodedImageFormat format, int quality, int width, int height, byte[] rgb)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var rgba = bitmap.GetPixelSpan();
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgb.AsSpan(from, 3).CopyTo(rgba[to..]);
            rgba[to + 3] = byte.MaxValue;
        }

        using var encoded = bitmap.Encode(format, quality);
        return encoded.ToArray();
    }
}
