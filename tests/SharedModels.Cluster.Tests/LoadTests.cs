using System.Net;
using SharedModels.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace SharedModels.Cluster.Tests;

/// <summary>Many simultaneous requests, and requests that say nothing about the health of a node.</summary>
[LongRunning(minutes: 4)]
public sealed class LoadTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_thousand_client_errors_and_a_thousand_clients_that_hang_up_exclude_no_node()
    {
        const int Rounds = 10, Each = 100;
        await using var cluster = await TestCluster.StartAsync(nodes: 2, "--WorkMilliseconds=100");
        for (var round = 0; round < Rounds; round++)
        {
            var bad = await Task.WhenAll(Enumerable.Range(0, Each).Select(_ => cluster.Gateway.Client.GetAsync("/bad")));
            Assert.All(bad, static response => Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode));
            await AssertHealthyAsync();
        }

        for (var round = 0; round < Rounds; round++)
        {
            var received = await ReceivedAsync();
            using var hangUp = new CancellationTokenSource();
            var requests = Enumerable.Range(0, Each).Select(_ => cluster.Gateway.PostAsync("/work/a", null, hangUp.Token)).ToList();
            await Condition.UntilAsync(async () => await ReceivedAsync() >= received + Each);
            await hangUp.CancelAsync();
            foreach (var request in requests)
                await Task.WhenAny(request);
            Assert.InRange(requests.Count(static request => request.IsCanceled), Each / 2, Each);
            await Condition.UntilAsync(async () => (await cluster.Gateway.GetViewAsync()).InFlight == 0);
            await AssertHealthyAsync();
        }

        using var response = await cluster.Gateway.PostAsync("/work/a");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        async Task<int> ReceivedAsync() =>
            (await cluster.Nodes[0].GetWorkAsync()).Received + (await cluster.Nodes[1].GetWorkAsync()).Received;

        async Task AssertHealthyAsync() => Assert.All((await cluster.Gateway.GetViewAsync()).Nodes, static entry =>
        {
            Assert.True(entry.IsLive, entry.ToString());
            Assert.Equal((0, 0), (entry.Attempts.Lost, entry.Attempts.Unreachable));
        });
    }

    [Fact]
    public async Task Nodes_that_reject_requests_get_no_bodies_and_the_gateway_does_not_keep_them()
    {
        const int Uploads = 64, Bytes = 20_000_000;
        await using var cluster = await TestCluster.StartAsync(nodes: 3, "--MaxQueueLength=64");
        var (full, free) = (cluster.Nodes.Take(2).ToList(), cluster.Nodes[2]);
        var before = cluster.Gateway.Process.ReadPeakMemory();

        // The gateway does not learn from reports that the nodes are full.
        foreach (var node in full)
        {
            await cluster.PreloadAsync(node, "a");
            await node.ControlAsync("reports/mute");
            await node.ControlAsync("occupy/a");
            await node.ControlAsync("fill/a");
        }

        var uploads = Enumerable.Range(0, Uploads).Select(static _ => new UploadContent(Bytes)).ToList();
        var responses = await Task.WhenAll(uploads.Select(upload => cluster.Gateway.PostAsync("/work/a", upload)));

        Assert.All(responses, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        var view = await cluster.Gateway.GetViewAsync();
        var rejected = view.Nodes.Sum(static entry => entry.Attempts.Rejected);
        var after = cluster.Gateway.Process.ReadPeakMemory();
        output.WriteLine($"{rejected} rejections. Peak memory of the gateway: {before / 1e6:0} MB before, {after / 1e6:0} MB after.");
        Assert.True(rejected > 0, "No request was sent to a full node.");
        foreach (var node in full)
            Assert.Equal(0, (await node.GetWorkAsync()).BodyBytes);
        Assert.Equal((long)Uploads * Bytes, (await free.GetWorkAsync()).BodyBytes);
    }

    [Fact]
    public async Task Clients_keep_their_bodies_if_all_nodes_reject_them()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, "--MaxQueueLength=1");
        foreach (var node in cluster.Nodes)
        {
            await cluster.PreloadAsync(node, "a");
            await node.ControlAsync("reports/mute");
            await node.ControlAsync("occupy/a");
            await node.ControlAsync("fill/a");
        }

        var uploads = Enumerable.Range(0, 64).Select(static _ => new UploadContent(20_000_000)).ToList();
        var responses = await Task.WhenAll(uploads.Select(upload => cluster.Gateway.PostAsync("/work/a", upload)));

        Assert.All(responses, static response => Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode));
        Assert.Equal(0, uploads.Sum(static upload => upload.Sent));
        Assert.True((await cluster.Gateway.GetViewAsync()).Nodes.Sum(static entry => entry.Attempts.Rejected) > 0);
        foreach (var node in cluster.Nodes)
            Assert.Equal(0, (await node.GetWorkAsync()).BodyBytes);
    }

    [Fact]
    public async Task Simultaneous_requests_for_a_cold_model_load_it_on_few_nodes()
    {
        // The default of RoutingPolicy.MinColdCandidates.
        const int Candidates = 4, Requests = 200, Gateways = 3;
        await using var cluster = await TestCluster.StartAsync(nodes: 6, "--LoadMilliseconds=1000", "--WorkMilliseconds=5");
        var others = await Task.WhenAll(Enumerable.Range(1, Gateways - 1).Select(_ =>
            GatewayProcess.StartAsync(cluster.Nodes.Select(static node => node.Address))));
        try
        {
            foreach (var other in others)
                await Condition.UntilAsync(async () => (await other.GetViewAsync()).Nodes.All(static entry => entry.IsLive));
            GatewayProcess[] gateways = [cluster.Gateway, .. others];

            var responses = await Task.WhenAll(
                Enumerable.Range(0, Requests).Select(index => gateways[index % Gateways].PostAsync("/work/a")));

            Assert.All(responses, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
            var loads = cluster.Nodes.Sum(static node => node.Process.Count("loading", "a"));
            output.WriteLine($"{Requests} requests through {Gateways} gateways: {loads} loads.");
            Assert.InRange(loads, 1, Candidates);
        }
        finally
        {
            foreach (var other in others)
                await other.DisposeAsync();
        }
    }
}
