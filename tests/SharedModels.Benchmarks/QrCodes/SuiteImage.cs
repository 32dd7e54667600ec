using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>An image of a suite: its file, its pixels, and the texts that each reader read.</summary>
internal sealed record SuiteImage(string File, RgbImage Pixels, HashSet<string>[] Texts)
{
    private static readonly ImageDecoder Decoder = new(new ImageDecoderOptions { MaxPixels = 200_000_000 });

    /// <summary>Decodes and reads the images of a folder, except images that cannot be decoded.</summary>
    public static IEnumerable<SuiteImage> ReadAll(string folder, IReadOnlyList<IQrBaseline> readers) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(static file => Path.GetExtension(file).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg" or ".webp")
            .Order(StringComparer.Ordinal)
            .Select(file => (File: file, Pixels: Decode(file)))
            .Where(static image => image.Pixels is not null)
            .Select(image => new SuiteImage(
                image.File,
                image.Pixels!,
                [.. readers.Select(reader => reader.Read(image.Pixels!).ToHashSet())]));

    private static RgbImage? Decode(string file)
    {
        try
        {
            return Decoder.Decode(System.IO.File.ReadAllBytes(file), Transparency.ContrastingBackground);
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }
}
