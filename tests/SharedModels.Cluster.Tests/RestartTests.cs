using System.Diagnostics;
using System.Net;
using SharedModels.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace SharedModels.Cluster.Tests;

/// <summary>Nodes and gateways that are started again.</summary>
[LongRunning(minutes: 6)]
public sealed class RestartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Rolling_restarts_fail_no_request()
    {
        const int Restarts = 20, ClientCount = 64;
        await using var cluster = await TestCluster.StartAsync(nodes: 3, "--WorkMilliseconds=5");
        await using var clients = new Clients(cluster.Gateway, ClientCount, "/work/a");
        for (var restart = 0; restart < Restarts; restart++)
        {
            var node = cluster.Nodes[restart % cluster.Nodes.Count];
            await clients.UntilServedAsync(ClientCount);
            await node.Process.SignalAsync("TERM");
            await node.Process.WaitForExitAsync();
            Assert.Equal(1, node.Process.Count("stopped"));
            await node.RestartAsync();
            await cluster.UntilLiveAsync();
            Assert.Empty(clients.Failures);
        }

        await clients.UntilServedAsync(ClientCount);
        await clients.StopAsync();
        output.WriteLine($"{clients.Served} requests were served. The longest took {clients.Longest.TotalMilliseconds:0} ms.");
        Assert.Empty(clients.Failures);
    }

    [Fact]
    public async Task A_node_that_gets_a_signal_serves_what_it_has_accepted_even_if_another_could()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, "--WorkMilliseconds=2000");
        var (node, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        await cluster.PreloadAsync(node, "a");
        var running = cluster.Gateway.PostAsync("/again/a");
        await Condition.UntilAsync(async () => (await node.GetWorkAsync()).Executions == 1);

        await node.Process.SignalAsync("TERM");

        using var response = await running;
        Assert.Equal("node0", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, (await other.GetWorkAsync()).Received);
    }

    [Fact]
    public async Task A_gateway_that_was_killed_serves_requests_and_knows_the_nodes_again()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2);
        await cluster.PreloadAsync(cluster.Nodes[1], "a");

        cluster.Gateway.Process.Kill();
        await cluster.Gateway.RestartAsync();
        var start = Stopwatch.GetTimestamp();
        using (var first = await cluster.Gateway.PostAsync("/work/b"))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        output.WriteLine($"The first request was served {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s after the start.");
        await cluster.UntilLiveAsync();
        await cluster.Gateway.UntilAsync(cluster.Nodes[1].Address, static entry => entry.Has("a"));
        output.WriteLine($"The view was right after at most {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s.");

        using var response = await cluster.Gateway.PostAsync("/work/a");
        Assert.Equal("node1", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Nodes_of_two_versions_serve_the_models_that_they_have()
    {
        await using var cluster = await TestCluster.StartAsync(
            [
                NodeProcess.StartAsync("old", ["--Models=a,b"]),
                NodeProcess.StartAsync("new", ["--Models=a,b,c", "--IsLaterVersion=true"]),
            ]);
        var (old, later) = (cluster.Nodes[0], cluster.Nodes[1]);

        // Fields of reports that the gateway does not know are ignored. It uses the others.
        await cluster.PreloadAsync(later, "a");
        using (var response = await cluster.Gateway.PostAsync("/work/a"))
            Assert.Equal("new", await response.Content.ReadAsStringAsync());
        for (var i = 0; i < 50; i++)
        {
            using var response = await cluster.Gateway.PostAsync("/work/c");
            Assert.Equal("new", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(0, (await old.GetWorkAsync()).Received);
        later.Process.Kill();
        await cluster.Gateway.UntilAsync(later.Address, static entry => !entry.IsLive);
        using (var gone = await cluster.Gateway.PostAsync("/work/c"))
            Assert.False(gone.IsSuccessStatusCode);
        Assert.Equal(0, (await old.GetWorkAsync()).Received);
        using var other = await cluster.Gateway.PostAsync("/work/b");
        Assert.Equal("old", await other.Content.ReadAsStringAsync());
    }
}
