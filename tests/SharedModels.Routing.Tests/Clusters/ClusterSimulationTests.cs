using SharedModels.Simulation;
using SharedModels.Simulation.Clusters;

namespace SharedModels.Routing.Tests.Clusters;

/// <summary>The guarantees of a cluster, on nodes with the production scheduler.</summary>
public sealed class ClusterSimulationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly ClusterOptions Small = Cluster(10);

    [Fact]
    public void The_same_arguments_have_the_same_result()
    {
        var trace = Small.CreateTrace(new() { Models = 30, Requests = 2_000 }, 0.7);

        var (first, second) = (Run(trace, Small), Run(trace, Small));

        Assert.Equal(first.Waits, second.Waits);
    }

    [Fact]
    public void Every_request_is_served_once_and_none_is_rejected()
    {
        var trace = Small.CreateTrace(new() { Models = 30, Requests = 3_000 }, 0.8);

        var result = Run(trace, Small);

        Assert.Equal((3_000, 0, 0), (result.Waits.Count, result.Rejected, result.Failed));
    }

    [Fact]
    public void A_storm_for_a_cold_model_loads_it_on_few_nodes()
    {
        var cluster = Cluster(50) with { Routers = 100 };
        var trace = new Trace([2_000_000_000], [.. Enumerable.Repeat(new SimulatedRequest(Second, 0, Second / 20), 200)]);

        var result = Run(trace, cluster);

        Assert.InRange(result.LoadsOfModel[0], 1, 4);
        Assert.Equal(200, result.Waits.Count);
    }

    [Fact]
    public void A_hot_model_reaches_the_nodes_it_needs_within_three_load_times()
    {
        // A load takes 1.1 s. From 10 s on, the model needs four of ten nodes.
        var quiet = Enumerable.Range(0, 20).Select(static i => new SimulatedRequest(i * Second / 2, 0, Second / 20));
        var hot = Enumerable.Range(0, 1_200).Select(static i => new SimulatedRequest((10 * Second) + (i * Second / 80), 0, Second / 20));
        var trace = new Trace([2_000_000_000], [.. quiet, .. hot]);

        var result = Run(trace, Small);

        Assert.InRange(result.LoadsOfModel[0], 4, 10);
        Assert.InRange(result.MeanWaitBetween(14 * Second, 25 * Second).TotalMilliseconds, 0, 50);
    }

    [Fact]
    public void Killed_nodes_lose_no_request_that_can_be_tried_again()
    {
        var cluster = Small with
        {
            Faults =
            [
                new(NodeFaultKind.Kill, 0, 4 * Second, 5 * Second),
                new(NodeFaultKind.Kill, 3, 6 * Second, 60 * Second),
            ],
        };
        var trace = cluster.CreateTrace(new() { Models = 30, Requests = 2_000 }, 0.6);

        var result = Run(trace, cluster);

        Assert.Equal((2_000, 0, 0), (result.Waits.Count, result.Rejected, result.Failed));
        Assert.True(result.BrokenAttempts > 0, "no request was on a killed node");
    }

    [Fact]
    public void A_killed_node_costs_a_request_one_attempt()
    {
        var cluster = Small with { Faults = [new(NodeFaultKind.Kill, 1, 5 * Second, 60 * Second)] };
        var trace = cluster.CreateTrace(new() { Models = 30, Requests = 2_000 }, 0.6);

        Assert.InRange(Run(trace, cluster).MostBrokenAttempts, 0, 1);
    }

    [Fact]
    public void A_hung_node_is_left_within_three_seconds()
    {
        var cluster = Small with { Faults = [new(NodeFaultKind.Hang, 1, 5 * Second, 60 * Second)] };
        var trace = cluster.CreateTrace(new() { Models = 30, Requests = 2_000, LargestModelBytes = 1_000_000_000 }, 0.5);

        var result = Run(trace, cluster);

        Assert.Equal(2_000, result.Waits.Count);
        Assert.InRange(result.BrokenAttempts, 1, 200);
        Assert.InRange(result.WaitQuantile(1, 9 * Second), TimeSpan.Zero, 2 * Second);
    }

    [Fact]
    public void A_cut_link_is_left_by_its_router_and_the_others_are_not_affected()
    {
        var cluster = Small with { Routers = 3, Faults = [new(NodeFaultKind.CutLink, 1, 5 * Second, 4 * Second, Router: 2)] };
        var trace = cluster.CreateTrace(new() { Models = 30, Requests = 2_000 }, 0.5);

        var result = Run(trace, cluster);

        Assert.Equal((2_000, 0), (result.Waits.Count, result.Failed));
        Assert.InRange(result.MostBrokenAttempts, 1, 1);
    }

    [Fact]
    public void A_request_that_crashes_nodes_reaches_two_of_them()
    {
        var cluster = Small with { PoisonModels = new HashSet<int> { 1 } };
        var requests = Enumerable.Range(0, 200).Select(static i => new SimulatedRequest(i * Second / 20, i == 100 ? 1 : 0, Second / 50));
        var trace = new Trace([1_000_000_000, 1_000_000_000], [.. requests]);

        var result = Run(trace, cluster);

        Assert.Equal((2, 1, 199), (result.Crashes, result.Failed, result.Waits.Count));
    }

    [Fact]
    public void Without_reports_requests_are_served()
    {
        var cluster = Small with { ReportPeriod = Timeout.InfiniteTimeSpan };
        var trace = cluster.CreateTrace(new() { Models = 20, Requests = 1_000 }, 0.2);

        var result = Run(trace, cluster);

        Assert.Equal((1_000, 0), (result.Waits.Count, result.Rejected));
    }

    [Fact]
    public void Faster_nodes_and_nodes_with_several_devices_get_more_requests()
    {
        SimulatedNodeOptions slow = new(), fast = new() { Speed = 3 };
        var wide = new SimulatedNodeOptions { DeviceBytes = [.. Enumerable.Repeat(24_000_000_000, 4)] };
        var cluster = Small with { Nodes = [slow, slow, slow, fast, wide] };
        var trace = cluster.CreateTrace(new() { Models = 20, Requests = 4_000 }, 0.7);

        // Equal shares would overload the slow nodes twice.
        Assert.InRange(Run(trace, cluster with { WarmUp = trace.Requests[1_500].Arrival }).MeanWait.TotalMilliseconds, 0, 120);
    }

    [Fact]
    public void Bursts_spread_over_the_nodes()
    {
        var trace = Small.CreateTrace(new() { Models = 20, Requests = 4_000, BurstShare = 0.8 }, 0.6);

        var result = Run(trace, Small with { WarmUp = trace.Requests[1_500].Arrival });

        Assert.Equal(0, result.Rejected);
        Assert.InRange(result.MeanWait.TotalMilliseconds, 0, 150);
    }

    [Fact]
    public void Models_that_do_not_fit_together_are_not_loaded_over_and_over()
    {
        // The models take three times the memory of the devices and fit in host memory.
        var trace = Small.CreateTrace(new() { Models = 200, Requests = 5_000, SmallestModelBytes = 2_000_000_000 }, 0.4);

        var result = Run(trace, Small);

        var used = trace.Requests.Select(static request => request.Model).Distinct().Count();
        Assert.InRange(result.LoadsOfModel.Sum(), used, used * 3 / 2);
    }

    [Fact]
    public void The_rule_waits_less_than_the_rules_that_it_is_compared_with()
    {
        var cluster = Small with { WarmUp = TimeSpan.FromSeconds(10) };
        var trace = cluster.CreateTrace(new() { Models = 40, Requests = 4_000 }, 0.75);

        var ours = Run(trace, cluster);

        Assert.All(
            [ClusterRule.Owner, ClusterRule.Warm(int.MaxValue, "warm"), ClusterRule.Warm(16, "spill 16")],
            rule => Assert.True(ClusterSimulation.Run(trace, cluster, rule).MeanWait > 2 * ours.MeanWait, rule.Name));
    }

    private static ClusterOptions Cluster(int nodes) => new()
    {
        Nodes = [.. Enumerable.Repeat(new SimulatedNodeOptions(), nodes)],
        Routers = 4,
    };

    private static ClusterResult Run(Trace trace, ClusterOptions cluster) =>
        ClusterSimulation.Run(trace, cluster, ClusterRule.SharedModels);
}
