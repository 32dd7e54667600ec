namespace SharedModels.Benchmarks.Http;

/// <summary>The sample with clients that all look for the same objects, whose requests share batches or run one by one.</summary>
internal static class BatchBenchmark
{
    private const int Clients = 64;
    private const int Rounds = 5;
    private const string Model = "SharedModels:Models:owlv2:";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(12);

    private static readonly (string Name, string[] Settings)[] Variants =
    [
        ("no batches (MaxBatchSize 1)", [Model + "MaxBatchSize=1"]),
        ("batches of up to 8 whose images run one by one (the default)", []),
        ("batches of up to 8 whose images run together (BatchSize 8)", [Model + "BatchSize=8"]),
    ];

    public static async Task RunAsync(Report report)
    {
        var (rates, medians, worst) = (NewTable(), NewTable(), NewTable());
        for (var round = 0; round < Rounds; round++)
        {
            for (var variant = 0; variant < Variants.Length; variant++)
            {
                using var server = await VisionServer.StartAsync(folder: null, Variants[variant].Settings);
                using var load = new Load(server, sendsCodes: false);
                await load.RunAsync(Clients, WarmUp, static _ => 0);
                var result = await load.RunAsync(Clients, Phase, static _ => 0);
                if (!result.Errors.IsEmpty || result.Rejected > 0)
                    throw new InvalidOperationException(
                        $"{result.Rejected} rejections, and errors: {string.Join("; ", result.Errors.Take(5))}");
                rates[variant][round] = result.Answered / Phase.TotalSeconds;
                medians[variant][round] = result.Quantile(0.5).TotalMilliseconds;
                worst[variant][round] = result.Quantile(0.99).TotalMilliseconds;
            }
        }

        report.Text(
            $"VisionApi with the demo checkpoint on the CPU. {Clients} clients look for the same object in an image of their own, one "
            + $"request after the other, for {Phase.TotalSeconds:0} s after a warm-up. Each run is a new process, and the variants take "
            + $"turns. Medians of {Rounds} runs, with the minimum and the maximum in brackets.");
        report.Table("variant", "answers per second", "relative to no batches", "p50", "p99");
        for (var variant = 0; variant < Variants.Length; variant++)
        {
            report.Cells(
                Variants[variant].Name,
                new Spread(rates[variant]).ToString("0"),
                new Spread(rates[variant]).Over(new Spread(rates[0])).ToString("0.00"),
                $"{new Spread(medians[variant]).ToString("0")} ms",
                $"{new Spread(worst[variant]).ToString("0")} ms");
        }
    }

    private static double[][] NewTable() => [.. Variants.Select(static _ => new double[Rounds])];
}
