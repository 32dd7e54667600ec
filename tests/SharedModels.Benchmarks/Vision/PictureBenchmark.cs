using SharedModels.Vision.Imaging;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;

namespace SharedModels.Benchmarks.Vision;

/// <summary>From a file's bytes to the numbers that the encoder reads.</summary>
internal static class PictureBenchmark
{
    private const int Rounds = 5;

    public static void Run(Report report)
    {
        Preprocess(report);
        Decode(report, "JPEG", 3000, 2000, Encoders.Jpeg);
        Decode(report, "PNG", 4000, 3000, Encoders.Png);
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

    private static void Decode(Report report, string format, int width, int height, Func<int, int, byte[], byte[]> encode)
    {
        var encoded = encode(width, height, Pixels(width, height));
        var decoder = new ImageDecoder();
        var seconds = Measure.Interleaved(Rounds, () => decoder.Decode(encoded))[0];
        report.Row(
            $"decoding of a {format}, {width * height / 1e6:0} megapixels",
            $"{seconds * 1e3:0} ms",
            $"{width * height / 1e6 / seconds:0} megapixels/s");
    }

    // Soft shapes with a little noise, as of a camera.
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
