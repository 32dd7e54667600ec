using System.Globalization;
using SharedModels.Benchmarks.Vision;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.Detection;

/// <summary>
/// Compares the memory that a separate process gains when it loads a model and detects with it, with the model's footprint.
/// </summary>
internal static class MemoryBenchmark
{
    /// <summary>The argument for the program to measure in a separate process.</summary>
    public const string Command = "owlv2-memory";

    private static readonly string Demo = Repository.File("samples", "VisionApi", "demo-checkpoint");

    public static void Run(Report report, string name, string folder)
    {
        double[] megabytes =
        [
            .. ChildProcess.Run(Command, folder).Split(' ').Select(bytes => double.Parse(bytes, CultureInfo.InvariantCulture) / 1e6),
        ];
        if (megabytes is not [var weights, var reported, var gained, var peak, var left])
            throw new InvalidOperationException($"The measuring process printed {megabytes.Length} numbers.");
        report.Row($"{name}: peak beyond the weights", $"{peak - weights:0} MB", $"weights {weights:0} MB; aim 400 MB");
        report.Row(
            $"{name}: footprint reported", $"{reported:0} MB", $"{reported / gained:0.000} of the {gained:0} MB that the process gained");
        report.Row($"{name}: left after the eviction", $"{left:0} MB");
    }

    /// <summary>
    /// Prints the bytes of the weights, the footprint, the bytes gained, the peak, and the bytes left after the model is disposed.
    /// </summary>
    public static void Print(string folder)
    {
        var image = new ImageDecoder().Decode(File.ReadAllBytes(Path.Combine(Demo, "samples", "sample1.png")));
        string[] prompts = ["an orange cross", "something blue"];

        // The memory of the code itself is excluded from the measurement.
        Use(Demo, image, prompts);
        var before = Settle();
        var (footprint, gained) = Use(folder, image, prompts);
        var weights = Directory.EnumerateFiles(folder, "*.safetensors").Sum(static file => new FileInfo(file).Length);
        Console.WriteLine(string.Join(' ', ((long[])
        [
            weights, footprint.HostBytes + footprint.WorkingBytes, gained - before, ProcessMemory.PeakBytes() - before, Settle() - before,
        ]).Select(static value => value.ToString(CultureInfo.InvariantCulture))));
    }

    private static (ModelFootprint Footprint, long Resident) Use(string folder, RgbImage image, string[] prompts)
    {
        using var model = new Owlv2(new Owlv2Options { Checkpoint = folder });
        model.LoadAsync(default).AsTask().Wait();
        model.Detect(image, prompts);
        model.DetectByExample(image, Copy(image));
        return (model.Footprint, Settle());
    }

    private static RgbImage Copy(RgbImage image) => new(image.Width, image.Height, image.Pixels.ToArray());

    private static long Settle()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return ProcessMemory.ResidentBytes();
    }
}
