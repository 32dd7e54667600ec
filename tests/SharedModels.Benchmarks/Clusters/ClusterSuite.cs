using SharedModels.Routing;
using SharedModels.Simulation;
using SharedModels.Simulation.Clusters;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace SharedModels.Benchmarks.Clusters;

/// <summary>
/// The rules that choose a node, on simulated clusters whose nodes are the production scheduler. Virtual time: only the speed of a choice
/// depends on the machine.
/// </summary>
internal static class ClusterSuite
{
    private static readonly ClusterRule[] Compared =
    [
        ClusterRule.Owner,
        ClusterRule.Warm(int.MaxValue, "less busy of two with the model"),
        ClusterRule.Warm(64, "the same, below 64 waiting requests"),
        ClusterRule.Warm(128, "the same, below 128 waiting requests"),
        ClusterRule.With("SharedModels, loads without weight", new() { LoadWeight = 0 }),
        ClusterRule.SharedModels,
    ];

    public static void Run(Report report)
    {
        report.Text(
            "Models of 0.1 to 8 GB (Zipf popularity), hold times of 50 ms. Each node has a device of 24 GB, 96 GB of host memory, loads at "
            + "2 GB/s and moves at 25 GB/s. 16 routers receive reports every 250 ms, and messages take 0.5 ms. The first quarter of the "
            + "requests is not counted. \"Rejections\" are attempts that a node rejected because of the wait budget, and that went to "
            + "another node. \"Failed\" requests got no node.");
        report.Text("## 100 nodes, 400 models, utilization 0.8, 100,000 requests");
        Compare(report, Cluster(100), new() { Models = 400, Requests = 100_000 }, 0.8, Compared);
        report.Text("## 20 nodes, 800 models, utilization 0.5, 60,000 requests");
        Compare(report, Cluster(20), new() { Models = 800, Requests = 60_000 }, 0.5, [ClusterRule.Owner, Compared[1], .. Compared[^2..]]);
        report.Text("## Bursts, unequal nodes and several devices: 40,000 requests, utilization 0.7");
        Unequal(report);
        report.Text("## Faults of 100 nodes, in the middle of the first trace");
        Faults(report);
        report.Text("## Cold start of 1,000 nodes, 2,000 models, utilization 0.8, 200,000 requests");
        ColdStart(report);
        report.Text("## Time of a choice at 1,000 nodes");
        Choices(report);
    }

    private static ClusterOptions Cluster(int nodes) => new() { Nodes = [.. Enumerable.Repeat(new SimulatedNodeOptions(), nodes)] };

    private static void Compare(
        Report report, ClusterOptions cluster, TraceOptions options, double utilization, IEnumerable<ClusterRule> rules)
    {
        var trace = cluster.CreateTrace(options, utilization);
        var memory = cluster.Nodes.Sum(static node => node.DeviceBytes.Sum());
        report.Text($"The models take {trace.ModelBytes.Sum() / 1e9:#,0} GB. The devices have {memory / 1e9:#,0} GB.");
        cluster = cluster with { WarmUp = trace.Requests[trace.Requests.Count / 4].Arrival };
        report.Table("rule", "mean wait", "p99", "longest", "loads", "moved", "rejections", "failed");
        foreach (var rule in rules)
            Row(report, rule == ClusterRule.SharedModels ? $"**{rule}**" : rule.Name, ClusterSimulation.Run(trace, cluster, rule));
    }

    private static void Unequal(Report report)
    {
        SimulatedNodeOptions usual = new(), fast = new() { Speed = 3 }, small = new() { DeviceBytes = [8_000_000_000], Speed = 0.5 };
        var wide = new SimulatedNodeOptions { DeviceBytes = [.. Enumerable.Repeat(24_000_000_000, 4)], HostBytes = 384_000_000_000 };
        var cluster = new ClusterOptions { Nodes = [.. Enumerable.Range(0, 10).SelectMany(_ => new[] { usual, fast, small, wide })] };
        Compare(
            report,
            cluster,
            new() { Models = 400, Requests = 40_000, BurstShare = 0.5 },
            0.7,
            [ClusterRule.Warm(int.MaxValue, "less busy of two with the model"), ClusterRule.SharedModels]);
    }

    private static void Faults(Report report)
    {
        var cluster = Cluster(100);
        var trace = cluster.CreateTrace(new() { Models = 400, Requests = 100_000 }, 0.8);
        var at = trace.Requests[trace.Requests.Count / 2].Arrival;
        var minute = TimeSpan.FromMinutes(1);
        report.Table("fault", "mean wait in the next 10 s", "p99 in the next 10 s", "longest", "broken attempts", "failed");
        Fault("none", []);
        Fault("one node is killed", [new(NodeFaultKind.Kill, 3, at, minute)]);
        Fault("one node hangs", [new(NodeFaultKind.Hang, 3, at, minute)]);
        Fault("ten nodes are killed", [.. Enumerable.Range(0, 10).Select(i => new NodeFault(NodeFaultKind.Kill, i * 10, at, minute))]);
        Fault("the link of one router to one node is cut", [new(NodeFaultKind.CutLink, 3, at, minute, Router: 5)]);

        void Fault(string name, IReadOnlyList<NodeFault> faults)
        {
            var result = ClusterSimulation.Run(trace, cluster with { Faults = faults }, ClusterRule.SharedModels);
            var until = at + TimeSpan.FromSeconds(10);
            var longest = result.Waits.Where(wait => wait.Arrival >= at && wait.Arrival < until).Max(static wait => wait.Wait);
            report.Cells(
                name,
                Milliseconds(result.MeanWaitBetween(at, until)),
                Milliseconds(result.WaitQuantile(0.99, at, until)),
                Milliseconds(longest),
                $"{result.BrokenAttempts}",
                $"{result.Failed + result.Rejected}");
        }
    }

    private static void ColdStart(Report report)
    {
        var cluster = Cluster(1_000);
        var trace = cluster.CreateTrace(new() { Models = 2_000, Requests = 200_000 }, 0.8);
        var result = ClusterSimulation.Run(trace, cluster, ClusterRule.SharedModels);
        var last = (int)(trace.Requests[^1].Arrival.TotalSeconds / 3);
        string[] columns = ["mean wait of arrivals", .. Enumerable.Range(0, last).Select(static i => $"{3 * i} to {(3 * i) + 3} s")];
        report.Table([.. columns, "loads", "failed"]);
        var waits = Enumerable.Range(0, last)
            .Select(i => result.MeanWaitBetween(TimeSpan.FromSeconds(3 * i), TimeSpan.FromSeconds((3 * i) + 3)))
            .Select(Milliseconds);
        report.Cells(["**SharedModels**", .. waits, $"{result.Loads:#,0}", $"{result.Rejected + result.Failed}"]);
    }

    private static void Choices(Report report)
    {
        const int Count = 200_000;
        var demands = Enumerable.Range(0, 2_000).Select(static i => new ModelDemand($"m{i}")).ToArray();
        string[] models = [.. demands.Select(static demand => demand.Models[0])];
        var router = new ModelRouter(new());
        var random = new Random(1);
        for (var i = 0; i < 1_000; i++)
            router.Report(CreateReport(i, models, random), 0);
        var rounds = new double[9];
        for (var round = 0; round < rounds.Length; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Count; i++)
            {
                var route = new ModelRoute(demands[i % demands.Length]);
                router.Choose(route, 0);
                router.Sent(route, 0);
                router.Ended(route);
            }

            rounds[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Count;
        }

        report.Row("a choice, with the record of its beginning and end", $"{Measure.Median(rounds[1..]):0.0} µs");
    }

    private static NodeReport CreateReport(int node, string[] models, Random random) => new()
    {
        Node = $"n{node}",
        Instance = 1,
        Number = 1,
        IsComplete = true,
        Serves = models,
        Devices =
        [
            new()
            {
                Device = "cuda:0",
                Wait = TimeSpan.FromMilliseconds(random.Next(300)),
                Hold = TimeSpan.FromMilliseconds(50),
                BudgetBytes = 24_000_000_000,
            },
        ],
        Models =
        [
            .. Enumerable.Range(0, 12).Select(_ => new ModelReport
            {
                Model = models[(int)(models.Length * Math.Pow(random.NextDouble(), 3))],
                Device = "cuda:0",
                Presence = ModelPresence.Resident,
                LoadTime = TimeSpan.FromSeconds(1),
                Bytes = 1_000_000_000,
            }),
        ],
    };

    private static void Row(Report report, string name, ClusterResult result) => report.Cells(
        name,
        Milliseconds(result.MeanWait),
        Milliseconds(result.WaitQuantile(0.99)),
        Milliseconds(result.LongestWait),
        $"{result.Loads:#,0}",
        $"{result.BytesMoved / 1e12:0.00} TB",
        $"{result.Bounces:#,0}",
        $"{result.Rejected + result.Failed:#,0}");

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:#,0} ms";
}
