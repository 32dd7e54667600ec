using Microsoft.Extensions.Options;
using SharedModels.TorchSharp;
using SharedModels.TorchSharp.Compute;
using SharedModels.Vision;
using SharedModels.Vision.Compute;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.Gpu;

/// <summary>OWLv2 of the checkpoints that OWLV2_CHECKPOINTS names, in bfloat16.</summary>
internal static class Owlv2Benchmark
{
    public static void Run(Report report)
    {
        var folders = (Environment.GetEnvironmentVariable("OWLV2_CHECKPOINTS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        if (folders.Length == 0)
            report.Text("OWLv2 not measured: OWLV2_CHECKPOINTS names no folders (those of owlv2-base-patch16-ensemble and owlv2-large-patch14-ensemble, separated by a colon).");
        foreach (var folder in folders)
            Measure(report, folder);
    }

    private static void Measure(Report report, string folder)
    {
        var engines = new TorchComputeEngineFactory(Options.Create(new TorchSharpOptions { EnginePrecision = ElementType.BFloat16 }));
        using var model = new Owlv2(new FixedOptions(new() { Checkpoint = folder }), engines);
        model.LoadAsync(default).AsTask().Wait();
        model.ToAsync(Device.Cuda(0), default).AsTask().Wait();
        var image = new ImageDecoder().Decode(File.ReadAllBytes(Repository.File("samples", "VisionApi", "demo-checkpoint", "samples", "sample1.png")));
        string[] prompts = ["an orange cross", "something blue"];
        var seconds = Benchmarks.Measure.Interleaved(20, () => model.Detect(image, prompts))[0];
        report.Row($"{Path.GetFileName(folder)}, bfloat16, one picture", $"{seconds * 1e3:0.0} ms", $"{1 / seconds:0.0} pictures/s");
    }

    private sealed class FixedOptions(Owlv2Options options) : IOptionsMonitor<Owlv2Options>
    {
        public Owlv2Options CurrentValue => options;

        public Owlv2Options Get(string? name) => options;

        public IDisposable? OnChange(Action<Owlv2Options, string?> listener) => null;
    }
}
