using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using SharedModels.Clustering.State;
using SharedModels.Routing.Nodes;
using SharedModels.Yarp.Gateways;

namespace SharedModels.Yarp.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task A_node_that_cannot_be_reached_costs_no_request()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync([$"http://127.0.0.1:{FreePort()}", node.Address], node.Address);

        for (var i = 0; i < 10; i++)
        {
            using var response = await gateway.PostAsync("/work/a");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Without_any_node_requests_fail_with_a_time_to_retry()
    {
        await using var gateway = await TestGateway.StartAsync([$"http://127.0.0.1:{FreePort()}"]);

        using var response = await gateway.PostAsync("/work/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_request_that_may_have_begun_is_not_sent_to_another_node()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        first.IsCrashing = second.IsCrashing = true;
        await using var gateway = await TestGateway.StartAsync(first, second);

        using var response = await gateway.PostAsync("/work/a");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(1, first.Executions + second.Executions);
    }

    [Fact]
    public async Task A_request_that_can_be_computed_twice_is_sent_to_another_node_with_its_body()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        await first.Manager.PreloadAsync("a");
        first.IsCrashing = true;
        await using var gateway = await TestGateway.StartAsync(first, second);
        using var content = new CountedContent(1_000_000);

        using var response = await gateway.PostAsync("/again/a", content);

        Assert.Equal("second", await response.Content.ReadAsStringAsync());
        Assert.Equal((1_000_000, 1_000_000), (first.BodyBytes, second.BodyBytes));
    }

    [Fact]
    public async Task A_request_whose_body_was_read_before_the_node_rejected_it_gets_a_time_to_retry()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        first.RejectsLate = second.RejectsLate = true;
        await using var gateway = await TestGateway.StartAsync(first, second);
        using var content = new CountedContent(1_000_000);

        using var response = await gateway.PostAsync("/work/a", content);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal((1, 1_000_000), (first.Executions + second.Executions, first.BodyBytes + second.BodyBytes));
    }

    [Fact]
    public async Task A_request_that_crashes_its_nodes_reaches_two_of_them()
    {
        List<TestNode> nodes = [];
        for (var i = 0; i < 4; i++)
        {
            var node = await TestNode.StartAsync($"n{i}");
            node.IsCrashing = true;
            nodes.Add(node);
        }

        await using (var gateway = await TestGateway.StartAsync([.. nodes]))
        {
            using var response = await gateway.PostAsync("/again/a");
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }

        Assert.Equal(2, nodes.Sum(static node => node.Executions));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_stops_finishes_its_requests_and_gets_no_more()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        await first.Manager.PreloadAsync("a");
        await using var gateway = await TestGateway.StartAsync(first, second);
        first.Work.Close();
        var running = gateway.PostAsync("/work/a");
        await Condition.UntilAsync(() => first.Executions == 1);

        var stop = first.StopAsync();
        await Condition.UntilAsync(async () =>
        {
            using var response = await gateway.PostAsync("/work/a");
            return await response.Content.ReadAsStringAsync() == "second";
        });
        first.Work.Open();

        Assert.Equal("first", await (await running).Content.ReadAsStringAsync());
        await stop;
        Assert.Equal(1, first.Executions);
    }

    [Fact]
    public async Task A_signal_does_not_end_the_reports_before_the_requests_have_ended()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        await first.Manager.PreloadAsync("a");
        await using var gateway = await TestGateway.StartAsync(first, second);
        first.Work.Close();
        var running = gateway.PostAsync("/again/a");
        await Condition.UntilAsync(() => first.Executions == 1);
        var connection = gateway.Cluster[first.Address].Connection;

        var stop = first.TerminateAsync();

        // The node also reports when nothing happens for a second.
        await Condition.UntilAsync(() => IsLost() || Standing() == NodeStanding.Draining);
        await Condition.UntilAsync(() => IsLost() || Age() > TimeSpan.FromSeconds(0.8));
        await Condition.UntilAsync(() => IsLost() || Age() < TimeSpan.FromSeconds(0.5));
        first.Work.Open();
        Assert.Equal("first", await (await running).Content.ReadAsStringAsync());
        Assert.Equal(0, second.Executions);
        await stop;
        await Condition.UntilAsync(() => Standing() == NodeStanding.Silent);
        Assert.Equal(
            [NodeEventKind.Stopped, NodeEventKind.Draining],
            gateway.Cluster.DescribeEvents().Where(found => found.Node == first.Address).Take(2).Select(static found => found.Kind));

        bool IsLost() => connection.IsCancellationRequested;

        NodeStanding Standing() => gateway.StateOf(first.Address).Node.Standing;

        TimeSpan? Age() => gateway.StateOf(first.Address).Node.ReportAge;
    }

    [Fact]
    public async Task A_reason_of_a_later_version_is_a_rejection()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        await first.Manager.PreloadAsync("a");
        (first.RejectsLate, first.LateReason) = (true, "Later");
        await using var gateway = await TestGateway.StartAsync(first, second);

        using var response = await gateway.PostAsync("/again/a");

        Assert.Equal("second", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, first.Executions);
    }

    [Fact]
    public async Task Rolling_restarts_fail_no_request()
    {
        const int Clients = 8;
        TestNode[] nodes = [await TestNode.StartAsync("n0"), await TestNode.StartAsync("n1"), await TestNode.StartAsync("n2")];
        await using (var gateway = await TestGateway.StartAsync(nodes))
        {
            using var end = new CancellationTokenSource();
            var served = 0;
            var clients = Enumerable.Range(0, Clients).Select(async _ =>
            {
                while (!end.IsCancellationRequested)
                {
                    using var response = await gateway.PostAsync("/work/a", new CountedContent(1_000));
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                    Interlocked.Increment(ref served);
                }
            }).ToList();
            for (var restart = 0; restart < 6; restart++)
            {
                var (index, before) = (restart % nodes.Length, Volatile.Read(ref served));
                var port = nodes[index].Port;
                await nodes[index].StopAsync();
                await nodes[index].DisposeAsync();
                await Condition.UntilAsync(
                    () => Volatile.Read(ref served) > before + 20 || clients.Exists(static client => client.IsFaulted));
                nodes[index] = await TestNode.StartAsync($"n{index}", port);
            }

            await end.CancelAsync();
            await Task.WhenAll(clients);
        }

        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public void Invalid_settings_are_reported_together()
    {
        const string Prefix = "SharedModels:Cluster:";
        var options = new ClusterOptions { KeyPrefix = Prefix, NodePath = "node", ActivityTimeout = TimeSpan.Zero };
        options.Nodes.Add("gpu1:5080");

        var validator = new ClusterOptionsValidator();
        var result = validator.Validate(Options.DefaultName, options);

        Assert.Equal(
            [
                "SharedModels:Cluster:Nodes:0 is 'gpu1:5080'. The value must be an address that starts with http or https and ends with a "
                    + "port or a path, for example http://10.0.0.3:5080.",
                "SharedModels:Cluster:NodePath is 'node'. The value must be a path that starts with a slash, for example "
                    + "/sharedmodels/node.",
                "SharedModels:Cluster:ActivityTimeout is 00:00:00. The value must be greater than zero and at most 1.00:00:00, for "
                    + "example 00:10:00.",
            ],
            result.Failures!);
        Assert.Equal(
            ["SharedModels:Cluster:Nodes is empty. List the addresses of the nodes, for example http://10.0.0.3:5080."],
            validator.Validate(null, new() { KeyPrefix = Prefix }).Failures!);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
