namespace SharedModels.Benchmarks.Http;

/// <summary>
/// The sample with clients of which a third close their connections within 50 ms, over and over. With <c>VISIONAPI_BASELINE=folder</c>,
/// another build of the sample does the same work in turn.
/// </summary>
internal static class HangUpBenchmark
{
    private const int Clients = 64;
    private const int LeavesWithin = 50;
    private const int Rounds = 2;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Report report)
    {
        report.Text(
            $"VisionApi with the demo checkpoint and {Clients} clients, as in `eng/bench.sh http`. Hang-ups: every third client closes its "
            + $"connection within {LeavesWithin} ms and connects again. Each build runs in a new process: {WarmUp.TotalSeconds:0} s to "
            + $"warm up, {Phase.TotalSeconds:0} s with clients that wait (plain), {Phase.TotalSeconds:0} s with hang-ups. Memory is the "
            + "resident set: at the end of the plain phase, and at most during the hang-ups.");
        report.Table(
            "build", "plain: answers", "hang-ups: closed early", "hang-ups: answers", "p50", "p99", "rejected", "memory before",
            "largest memory", "more memory");
        var baseline = Environment.GetEnvironmentVariable("VISIONAPI_BASELINE");
        for (var round = 0; round < Rounds; round++)
        {
            if (baseline is not null)
                await RunAsync(report, "before", baseline);
            await RunAsync(report, "now", folder: null);
        }
    }

    private static async Task RunAsync(Report report, string name, string? folder)
    {
        using var server = await VisionServer.StartAsync(folder);
        using var load = new Load(server);
        await load.RunAsync(Clients, WarmUp, static _ => 0);
        var plain = await load.RunAsync(Clients, Phase, static _ => 0);
        var before = server.MemoryBytes;
        var hangUps = await load.RunAsync(Clients, Phase, static client => client % 3 == 0 ? LeavesWithin : 0);
        await server.UntilIdleAsync();
        var (leases, queued) = await server.InUseAsync();
        report.Cells(
            name,
            $"{plain.Answered:#,0}",
            $"{hangUps.Departures:#,0}",
            $"{hangUps.Answered:#,0}",
            $"{hangUps.Quantile(0.5).TotalSeconds:0.00} s",
            $"{hangUps.Quantile(0.99).TotalSeconds:0.00} s",
            $"{hangUps.Rejected:#,0}",
            $"{before / 1e6:0} MB",
            $"{hangUps.LargestMemory / 1e6:0} MB",
            $"{(hangUps.LargestMemory - before) / 1e6:0} MB");
        if (leases + queued > 0)
            throw new InvalidOperationException("Leases leaked.");
        if (!hangUps.Errors.IsEmpty)
            throw new InvalidOperationException($"Some answers are wrong: {string.Join("; ", hangUps.Errors.Take(5))}");
    }
}
