namespace SharedModels.Benchmarks.Http;

/// <summary>The sample under load on the loopback device, in a separate process, and the cost of a lease per request.</summary>
internal static class HttpSuite
{
    private const int Clients = 64;
    private const int Overload = 10 * Clients;
    private const double Flat = 0.05;

    private static readonly TimeSpan AcquireTimeout = TimeSpan.FromSeconds(30);

    public static void Run(Report report)
    {
        RunLoadAsync(report).GetAwaiter().GetResult();
        RunOverhead(report);
    }

    public static void RunOverhead(Report report) => LeaseOverhead.RunAsync(report).GetAwaiter().GetResult();

    public static void RunBatches(Report report) => BatchBenchmark.RunAsync(report).GetAwaiter().GetResult();

    public static void RunHangUps(Report report) => HangUpBenchmark.RunAsync(report).GetAwaiter().GetResult();

    private static async Task RunLoadAsync(Report report)
    {
        using var server = await VisionServer.StartAsync();
        using var load = new Load(server);
        report.Text(
            "VisionApi with the demo checkpoint. Every client sends an image with a QR code and an image with shapes in turn. After a "
            + "rejection, it tries again a second later.");
        report.Table(
            "phase", "clients", "answers", "rejected (503)", "other errors", "p50", "p99", "p99 limit", "memory",
            "memory, relative to the first such phase");
        await RunAsync(report, server, load, "warm-up", Clients, TimeSpan.FromSeconds(20));

        // The web server's pool of buffers grows with the largest burst, and no two bursts are the same.
        await RunAsync(report, server, load, "warm-up with overload", Overload, TimeSpan.FromSeconds(20));
        await RunAsync(report, server, load, "overload before measuring", Overload, TimeSpan.FromSeconds(20));
        var steady = await RunAsync(report, server, load, "steady", Clients, TimeSpan.FromSeconds(60));
        var overload = await RunAsync(report, server, load, "overload", Overload, TimeSpan.FromSeconds(45));
        await RunAsync(report, server, load, "clients that disconnect at random", Clients, TimeSpan.FromSeconds(30), leavesWithin: 1500);
        await RunAsync(report, server, load, "steady again", Clients, TimeSpan.FromSeconds(30), first: steady);
        await RunAsync(report, server, load, "overload again", Overload, TimeSpan.FromSeconds(30), first: overload);
        var (leases, queued) = await server.InUseAsync();
        report.Text($"Leases held afterwards: {leases}. Requests waiting afterwards: {queued}. An accepted request waits for at most "
            + "`AcquireTimeout` (30 s), and is then computed. Memory is the median of the resident set in the last two thirds of a phase. "
            + "The memory that the first overload adds to the steady phases belongs to the web server: connections, which it releases when "
            + "clients close them, and its pool of pinned blocks, which shrinks slowly.");
        if (leases + queued > 0)
            throw new InvalidOperationException("Leases leaked.");
    }

    private static async Task<double> RunAsync(
        Report report,
        VisionServer server,
        Load load,
        string phase,
        int clients,
        TimeSpan duration,
        int leavesWithin = 0,
        double? first = null)
    {
        var result = await load.RunAsync(clients, duration, _ => leavesWithin);
        await server.UntilIdleAsync();
        var bound = AcquireTimeout + result.SlowestUse;
        var growth = (result.MedianMemory / first) - 1;
        report.Cells(
            phase,
            $"{clients}",
            $"{result.Answered:#,0}",
            $"{result.Rejected:#,0}",
            $"{result.Errors.Count}",
            $"{result.Quantile(0.5).TotalSeconds:0.00} s",
            $"{result.Quantile(0.99).TotalSeconds:0.00} s",
            $"{bound.TotalSeconds:0.0} s",
            $"{result.MedianMemory / 1e6:0} MB",
            $"{100 * growth:+0.0 '%';-0.0 '%'}");
        if (!result.Errors.IsEmpty)
            throw new InvalidOperationException(
                $"Phase '{phase}' had answers that are neither 200 nor 503 with Retry-After: {string.Join("; ", result.Errors.Take(5))}");
        if (result.Quantile(0.99) > bound)
            throw new InvalidOperationException($"Phase '{phase}' had accepted requests that waited longer than they may.");
        if (Math.Abs(growth ?? 0) > Flat)
            throw new InvalidOperationException(
                $"Phase '{phase}' took {growth:+0.0%;-0.0%} memory against the first such phase; {Flat:P0} is accepted.");
        return result.MedianMemory;
    }
}
