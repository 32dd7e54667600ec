using SharedModels.Vision.Imaging;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;
using SkiaSharp;

namespace SharedModels.Benchmarks.Vision;

/// <summary>The steps from the bytes of a file to the numbers that the encoder reads.</summary>
internal static class PictureBenchmark
{
    private const int Rounds = 5;
    private const int Width = 4000;
    private const int Height = 3000;

    public static void Run(Report report)
    {
        Preprocess(report);
        var pixels = Pixels(Width, Height);
        Decode(report, "JPEG, quality 90", EncodedImages.Encode(SKEncodedImageFormat.Jpeg, 90, Width, Height, pixels));
        Decode(report, "PNG", EncodedImages.Encode(SKEncodedImageFormat.Png, 100, Width, Height, pixels));
        Decode(report, "WebP, quality 80", EncodedImages.Encode(SKEncodedImageFormat.Webp, 80, Width, Height, pixels));
    }

    private static void Preprocess(Report report)
    {
        const int Size = 960;
        var image = new RgbImage(640, 480, Pixels(640, 480));
        var processor = new ImageProcessor(new PreprocessorConfig(), Size, 0.5f, 0);
        var planes = new float[processor.Length];
        var seconds = Measure.Interleaved(Rounds, () => processor.Run(image, planes, 0))[0];
        report.Row(
            $"pre-processing of 640 x 480 for {Size} x {Size}", $"{seconds * 1e3:0} ms", $"transformers (slow processor) 90 ms (quoted)");
    }

    private static void Decode(Report report, string format, byte[] encoded)
    {
        var decoder = new ImageDecoder();
        var seconds = Measure.Interleaved(Rounds, () => decoder.Decode(encoded), () => SKBitmap.Decode(encoded).Dispose());
        var megapixels = Width * Height / 1e6;
        report.Row(
            $"decoding of a {format}, {megapixels:0} megapixels",
            $"{seconds[0] * 1e3:0} ms, {megapixels / seconds[0]:0} megapixels/s",
            $"SKBitmap.Decode {seconds[1] * 1e3:0} ms, to RGBA and without checks");
    }

    // Soft shapes with a little noise, like a photo.
    private static byte[] Pixels(int width, int height)
    {
        var (pixels, random) = (new byte[width * height * 3], new Random(1));
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % width, i / 3 / width);
            pixels[i] = (byte)(128 + 90 * Math.Sin(x / 70.0 + i % 3) * Math.Cos(y / 90.0) + random.Next(8));
        }

        return pixels;
    }
}
