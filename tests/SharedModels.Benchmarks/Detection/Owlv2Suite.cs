using SharedModels.CheckpointMaker;
using SharedModels.Compute;

namespace SharedModels.Benchmarks.Detection;

/// <summary>
/// OWLv2 in the published sizes, with seeded weights. <c>CHECKPOINTS="base-F16 large-F32"</c> runs only some of the checkpoints.
/// </summary>
internal static class Owlv2Suite
{
    public static void Run(Report report)
    {
        (string Config, ElementType Type)[] checkpoints =
        [
            ("base", ElementType.Float32), ("base", ElementType.Float16), ("base", ElementType.BFloat16), ("large", ElementType.Float32),
        ];
        var chosen = Environment.GetEnvironmentVariable("CHECKPOINTS")?.Split(' ');
        foreach (var (config, type) in checkpoints)
        {
            var options = new CheckpointOptions { Config = PublishedConfigs.All[config], Type = type };
            if (chosen?.Contains($"{config}-{options.TypeName}") == false)
                continue;
            using var folder = new TemporaryCheckpoint(options);
            var name = $"owlv2 {config}, {options.TypeName}";
            MemoryBenchmark.Run(report, name, folder.Path);
            if (type == ElementType.Float32)
                ParityBenchmark.Run(report, name, folder.Path);
            LatencyBenchmark.Run(report, name, folder.Path);
        }
    }
}
