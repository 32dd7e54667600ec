using System.Text.Json;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.Vision;

/// <summary>The times that callers see: a detection with the demo checkpoint, and the reading of QR codes.</summary>
internal static class DetectionBenchmark
{
    public static void Run(Report report)
    {
        Detect(report);
        ReadCodes(report);
    }

    private static void Detect(Report report)
    {
        var folder = Repository.File("samples", "VisionApi", "demo-checkpoint");
        using var model = new Owlv2(new Owlv2Options { Checkpoint = folder });
        model.LoadAsync(default).AsTask().Wait();
        var image = new ImageDecoder().Decode(File.ReadAllBytes(Path.Combine(folder, "samples", "sample1.png")));
        string[] prompts = ["an orange cross", "something blue"];
        var pixels = image.Pixels.ToArray();

        // A new image each time, because the network's result for the same image would be reused.
        var seconds = Measure.Interleaved(15, () => model.Detect(new RgbImage(image.Width, image.Height, pixels), prompts))[0];
        report.Row($"detection with the demo checkpoint, {image.Width} x {image.Height}, prompts known", $"{seconds * 1e3:0.0} ms");
    }

    private static void ReadCodes(Report report)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Repository.File("tests", "fixtures", "qr", "manifest.json")));
        var entries = manifest.RootElement.GetProperty("images").EnumerateArray().ToList();
        var images = entries.Select(e => new ImageDecoder().Decode(
            File.ReadAllBytes(Repository.File("tests", "fixtures", "qr", e.GetProperty("file").GetString()!)))).ToList();
        var reader = new QrReader();
        var found = images.Sum(image => reader.Detect(image).Count);
        var seconds = Measure.Interleaved(3, () =>
        {
            foreach (var image in images)
                reader.Detect(image);
        })[0];
        report.Row($"QR reader, {images.Count} images of tests/fixtures/qr", $"{seconds / images.Count * 1e3:0.0} ms per image",
            $"{found} of {entries.Sum(e => e.GetProperty("codes").GetArrayLength())} codes found");
    }
}
