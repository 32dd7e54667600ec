namespace SharedModels.Benchmarks.Http;

/// <summary>The sample under load on the loopback device, in a process of its own, and what a lease costs a request.</summary>
internal static class HttpSuite
{
    private const int Clients = 64;

    private static readonly TimeSpan AcquireTimeout = TimeSpan.FromSeconds(30);

    public static void Run(Report report)
    {
        RunLoadAsync(report).GetAwaiter().GetResult();
        LeaseOverhead.RunAsync(report).GetAwaiter().GetResult();
    }

    private static async Task RunLoadAsync(Report report)
    {
        using var server = await VisionServer.StartAsync();
        using var load = new Load(server);
        report.Text("VisionApi with the demo checkpoint; every client sends a picture with a QR code and one with shapes in turn, and comes back a second after a refusal.");
        report.Table("phase", "clients", "answers", "refused (503)", "other errors", "p50", "p99", "p99 at most", "memory", "drift");
        await RunAsync(report, server, load, "warm-up", Clients, TimeSpan.FromSeconds(20));
        await RunAsync(report, server, load, "steady", Clients, TimeSpan.FromSeconds(60));
        await RunAsync(report, server, load, "overload", 10 * Clients, TimeSpan.FromSeconds(45));
        await RunAsync(report, server, load, "clients that leave at random", Clients, TimeSpan.FromSeconds(30), leaves: true);
        await RunAsync(report, server, load, "steady again", Clients, TimeSpan.FromSeconds(30));
        var (leases, queued) = await server.InUseAsync();
        report.Text($"Afterwards {leases} leases are held and {queued} requests wait. What is accepted waits for `AcquireTimeout` (30 s) at most, and is then computed; drift is "
            + "the median memory of the last third of a phase against that of the second third.");
        if (leases + queued > 0)
            throw new InvalidOperationException("Leases leaked.");
    }

    private static async Task RunAsync(Report report, VisionServer server, Load load, string phase, int clients, TimeSpan duration, bool leaves = false)
    {
        var result = await load.RunAsync(clients, duration, leaves);
        await server.UntilIdleAsync();
        var bound = AcquireTimeout + result.SlowestUse;
        report.Cells(
            phase,
            $"{clients}",
            $"{result.Answered:#,0}",
            $"{result.Refused:#,0}",
            $"{result.Errors.Count}",
            $"{result.Quantile(0.5).TotalSeconds:0.00} s",
            $"{result.Quantile(0.99).TotalSeconds:0.00} s",
            $"{bound.TotalSeconds:0.0} s",
            $"{result.MedianMemory(1) / 1e6:0} MB",
            $"{100 * ((result.MedianMemory(2) / result.MedianMemory(1)) - 1):+0.0;-0.0} %");
        if (!result.Errors.IsEmpty)
            throw new InvalidOperationException($"Phase '{phase}' had answers that are neither 200 nor 503 with Retry-After: {string.Join("; ", result.Errors.Take(5))}");
        if (result.Quantile(0.99) > bound)
            throw new InvalidOperationException($"Phase '{phase}' had accepted requests that waited longer than they may.");
    }
}
