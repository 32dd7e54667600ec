using System.Diagnostics;
using System.Net;
using SharedModels.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace SharedModels.Cluster.Tests;

/// <summary>Nodes that answer nothing, although nobody closes their connections.</summary>
[LongRunning(minutes: 4)]
public sealed class HangTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_node_that_hangs_is_left_and_returns()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2);
        var victim = cluster.Nodes[0];
        await cluster.PreloadAsync(victim, "a");
        await victim.ControlAsync("hold/compute");
        var answer = cluster.Gateway.PostAsync("/again/a");
        await Condition.UntilAsync(() => victim.Process.Count("reached", "compute") == 1);

        var start = Stopwatch.GetTimestamp();
        await victim.Process.SignalAsync("STOP");
        using (var response = await answer)
        {
            output.WriteLine($"The request was served by another node {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s later.");
            Assert.Equal("node1", await response.Content.ReadAsStringAsync());
        }

        await cluster.Gateway.UntilAsync(victim.Address, static entry => !entry.IsLive);
        output.WriteLine($"Left after at most {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s.");
        var attempts = (await cluster.Gateway.GetViewAsync(victim.Address)).Attempts.Sent;
        for (var i = 0; i < 20; i++)
        {
            using var response = await cluster.Gateway.PostAsync("/work/a");
            Assert.Equal("node1", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(attempts, (await cluster.Gateway.GetViewAsync(victim.Address)).Attempts.Sent);
        await victim.Process.SignalAsync("CONT");
        await cluster.UntilLiveAsync();
    }

    [Fact]
    public async Task A_report_stream_that_falls_silent_is_opened_again_and_the_view_is_right()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2);
        var node = cluster.Nodes[0];
        await cluster.PreloadAsync(node, "a");

        await node.ControlAsync("reports/mute");
        var start = Stopwatch.GetTimestamp();
        await node.ControlAsync("preload/b");
        await cluster.Gateway.UntilAsync(node.Address, static entry => entry.IsLive && entry.Has("a") && entry.Has("b"));

        output.WriteLine($"The view was right {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s after the last report.");
        using var response = await cluster.Gateway.PostAsync("/work/b");
        Assert.Equal("node0", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_reports_all_requests_are_served()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 3);
        foreach (var node in cluster.Nodes)
            await node.ControlAsync("reports/block");
        await Condition.UntilAsync(async () => (await cluster.Gateway.GetViewAsync()).Nodes.All(static entry => !entry.IsLive));
        await PostAsync(cluster.Gateway, 100);

        // A gateway that has never had a report knows only the addresses.
        cluster.Gateway.Process.Kill();
        await cluster.Gateway.RestartAsync();
        await PostAsync(cluster.Gateway, 100);
        Assert.All((await cluster.Gateway.GetViewAsync()).Nodes, static entry => Assert.False(entry.IsLive));

        foreach (var node in cluster.Nodes)
            await node.ControlAsync("reports/allow");
        await cluster.UntilLiveAsync();
    }

    private static async Task PostAsync(GatewayProcess gateway, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var response = await gateway.PostAsync("/work/a");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }
}
