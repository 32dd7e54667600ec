using SharedModels.Benchmarks.Rivals;

namespace SharedModels.Benchmarks.Onnx;

/// <summary>Leased sessions of ONNX Runtime against sessions that an application holds by itself.</summary>
internal static class OnnxSuite
{
    public static void Run(Report report)
    {
        report.Text(
            "ONNX Runtime on the CPU. The models are those of packages: MiniLM (all-MiniLM-L6-v2), arctic-embed-xs and ResNet-18. The "
            + "absolute figures are those of the machine. Compare the ratios.");
        LeasedRunBenchmark.Run(report);
        Batches(report);
        ResidencyBenchmark.Run(report);
        CycleBenchmark.Run(report);
        ThreadsBenchmark.Run(report);
    }

    private static void Batches(Report report)
    {
        const int callers = 64;
        report.Text(
            $"## Batches, {callers} callers\n\nCallers embed texts of 6 to 24 words with MiniLM, one after the other. All candidates use "
            + "the same tokenizer, session and pooling. The singleton is called by all callers at the same time.");
        using var catalog = new RivalCatalog();
        string[] names = ["SharedModels", "no gate", "semaphore, one at a time"];
        var rivals = names.Select(name => catalog.All.Single(rival => rival.Name == name)).ToList();
        RivalsSuite.Compare(report, rivals, callers);
    }
}
